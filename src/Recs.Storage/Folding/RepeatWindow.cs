namespace Recs.Storage.Folding;

/// <summary>Remembers keys for a span of log time: two generations, each half of which ages out as a whole.</summary>
/// <remarks>
/// A key is held for its time exactly: generations only bound memory, the age is compared with the stored time. The time
/// is that of the key's last copy: the window is a function of what was added within the span, whatever came before.
/// </remarks>
sealed class RepeatWindow(TimeSpan window)
{
    readonly long _windowMs = (long)window.TotalMilliseconds;
    Dictionary<UInt128, long> _young = [];
    Dictionary<UInt128, long> _old = [];
    long _turnedMs;

    /// <summary>Adds a key; one that is there already is held for the whole span again.</summary>
    /// <returns>False when the key was added within the span before.</returns>
    public bool TryAdd(UInt128 key, long nowMs)
    {
        if (nowMs - _turnedMs >= _windowMs)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
            _turnedMs = nowMs;
        }

        var isRepeat = (_young.TryGetValue(key, out var at) || _old.TryGetValue(key, out at)) && nowMs - at < _windowMs;
        _young[key] = nowMs;
        return !isRepeat;
    }
}
