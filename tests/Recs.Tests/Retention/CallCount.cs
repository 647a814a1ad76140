namespace Recs.Tests.Retention;

/// <summary>Counts the calls of a store and interferes with one of them.</summary>
sealed class CallCount
{
    int _failsFrom = int.MaxValue;
    bool _worksFirst;
    int _happensAt;
    Func<Task>? _happens;

    /// <summary>Calls since the last change of plan.</summary>
    public int Made { get; private set; }

    /// <summary>Nothing special happens from now on.</summary>
    public void Reset() => (Made, _failsFrom, _happens) = (0, int.MaxValue, null);

    /// <summary>The n-th call from now fails and all after it, as when the process dies.</summary>
    /// <param name="call">From 1.</param>
    /// <param name="worksFirst">Whether the n-th call has done its work when it fails.</param>
    public void FailFrom(int call, bool worksFirst)
    {
        Reset();
        (_failsFrom, _worksFirst) = (call, worksFirst);
    }

    /// <summary>Something happens before the n-th call from now.</summary>
    public void HappensAt(int call, Func<Task> happens)
    {
        Reset();
        (_happensAt, _happens) = (call, happens);
    }

    public async ValueTask<T> Do<T>(Func<T> work)
    {
        var call = ++Made;
        if (call == _happensAt && _happens is { } happens)
        {
            _happens = null;
            await happens();
        }

        if (call > _failsFrom || (call == _failsFrom && !_worksFirst))
        {
            throw new IOException("The process died.");
        }

        var result = work();
        return call == _failsFrom ? throw new IOException("The process died.") : result;
    }
}
