namespace Recs.Silo.Door;

/// <summary>A token bucket: refills steadily, holds at most its burst, and every request takes one token.</summary>
/// <param name="perSecond">Tokens that come back per second, above 0.</param>
/// <param name="burst">Most tokens, at least 1; it starts full.</param>
/// <param name="time">The clock.</param>
/// <remarks>Thread-safe; O(1), no timer.</remarks>
sealed class TokenBucket(double perSecond, double burst, TimeProvider time)
{
    readonly Lock _taking = new();
    double _spent;
    long _at;

    /// <summary>Takes a token.</summary>
    /// <returns>0 when there was one, else seconds until there is one.</returns>
    public double Take()
    {
        lock (_taking)
        {
            var now = time.GetTimestamp();
            _spent = Math.Max(0, _spent - (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
            _at = now;
            if (_spent + 1 > burst + 1e-9)
            {
                return (_spent + 1 - burst) / perSecond;
            }

            _spent++;
            return 0;
        }
    }
}
