namespace Recs.Offline;

/// <summary>Runs the steps of a training: says where it is, measures it, and stops between steps when asked to.</summary>
sealed class RetrainClock(TimeProvider time, IProgress<RetrainProgress>? progress, CancellationToken cancel)
{
    readonly Dictionary<string, double> _seconds = [];

    /// <summary>Seconds of each step, in order.</summary>
    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>Runs a step of one part.</summary>
    public T Run<T>(string step, Func<T> work) => Run(step, 1, _ => work());

    /// <summary>Runs a step of several parts, which reports those done.</summary>
    public T Run<T>(string step, int parts, Func<Action<int>, T> work)
    {
        cancel.ThrowIfCancellationRequested();
        progress?.Report(new(step, 0, parts));
        var started = time.GetTimestamp();
        var result = work(done => progress?.Report(new(step, done, parts)));
        _seconds[step] = Math.Round(time.GetElapsedTime(started).TotalSeconds, 4);
        progress?.Report(new(step, parts, parts));
        return result;
    }
}
