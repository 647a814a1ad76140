using Recs.Offline;
using Spectre.Console;

namespace Recs.Trainer;

/// <summary>Shows how far a training is: a bar per step on a terminal, a line per step elsewhere.</summary>
static class StepDisplay
{
    /// <summary>Runs work under a display.</summary>
    public static Task<T> RunAsync<T>(TrainerContext context, Func<IProgress<RetrainProgress>, Task<T>> work) =>
        context.Console is { } console
            ? console.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
                .StartAsync(bars => work(new StepBars(bars)))
            : work(new StepLines(context.Output, context.Time));
}
