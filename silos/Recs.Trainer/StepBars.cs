using Recs.Offline;
using Spectre.Console;

namespace Recs.Trainer;

/// <summary>A bar per step.</summary>
sealed class StepBars(ProgressContext bars) : IProgress<RetrainProgress>
{
    readonly Dictionary<string, ProgressTask> _steps = new(StringComparer.Ordinal);

    public void Report(RetrainProgress value)
    {
        if (!_steps.TryGetValue(value.Step, out var bar))
        {
            bar = bars.AddTask(value.Step, maxValue: value.Total);
            _steps.Add(value.Step, bar);
        }

        bar.Value = value.Done;
    }
}
