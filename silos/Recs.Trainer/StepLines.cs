using System.Globalization;
using Recs.Offline;

namespace Recs.Trainer;

/// <summary>A line when a step ends, and every few seconds while it runs.</summary>
sealed class StepLines(TextWriter output, TimeProvider time) : IProgress<RetrainProgress>
{
    static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    RetrainProgress _last;
    long _begun;
    long _lastLine;

    public void Report(RetrainProgress value)
    {
        if (value == _last)
        {
            return;
        }

        _last = value;
        if (value.Done == 0)
        {
            _begun = _lastLine = time.GetTimestamp();
            return;
        }

        if (value.Done == value.Total || time.GetElapsedTime(_lastLine) >= LineEvery)
        {
            _lastLine = time.GetTimestamp();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Step} {value.Done}/{value.Total}, {time.GetElapsedTime(_begun).TotalSeconds:f1} s"));
        }
    }
}
