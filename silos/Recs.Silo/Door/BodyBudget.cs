using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Keeps the bytes of all bodies in memory under one limit, whatever many callers send at once.</summary>
sealed class BodyBudget(LimitOptions limits)
{
    long _taken;

    /// <summary>Bytes in use.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes.</summary>
    /// <exception cref="DoorException">There are not that many left; 503.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) > limits.BufferedBytesMax)
        {
            GiveBack(bytes);
            throw new DoorException(
                StatusCodes.Status503ServiceUnavailable, DoorException.Body, "Too many large requests at once; try again.");
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
