using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>
/// Keeps the bytes of all bodies in memory under one limit, whatever many callers send at once. A caller may have a quarter of it, and an
/// eighth is kept for bodies that are small, so that slates go on while others upload.
/// </summary>
sealed class BodyBudget(LimitOptions limits, CallerLimits callers)
{
    /// <summary>Bodies up to this many bytes may use what is kept for them.</summary>
    public const int SmallBytesMax = 64 * 1024;

    const int CallersMin = 4;
    const int ReservedPart = 8;

    readonly long[] _byCaller = new long[callers.Count];
    long _taken;

    /// <summary>Bytes in use.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes.</summary>
    /// <param name="caller">Whose, as <see cref="CallerLimits.IndexOf"/> says.</param>
    /// <param name="bytes">How many more.</param>
    /// <param name="body">Bytes that the body has with them.</param>
    /// <exception cref="DoorException">There are not that many left, 503; or the caller has its share, 429.</exception>
    public void Take(int caller, int bytes, int body)
    {
        var most = body <= SmallBytesMax ? limits.BufferedBytesMax : limits.BufferedBytesMax - (limits.BufferedBytesMax / ReservedPart);
        var own = Interlocked.Add(ref _byCaller[caller], bytes);
        if (Interlocked.Add(ref _taken, bytes) > most)
        {
            GiveBack(caller, bytes);
            throw new DoorException(
                StatusCodes.Status503ServiceUnavailable, DoorException.Body, "Too many large requests at once; try again.");
        }

        if (own > limits.BufferedBytesMax / CallersMin && body > SmallBytesMax)
        {
            GiveBack(caller, bytes);
            throw new DoorException(
                StatusCodes.Status429TooManyRequests, DoorException.Body, "Too many large requests of one caller at once; try again.");
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void GiveBack(int caller, int bytes)
    {
        _ = Interlocked.Add(ref _byCaller[caller], -bytes);
        _ = Interlocked.Add(ref _taken, -bytes);
    }
}
