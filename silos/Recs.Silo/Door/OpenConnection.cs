using Microsoft.AspNetCore.Connections;

namespace Recs.Silo.Door;

/// <summary>A connection, and whether a request of it is being handled: one without, as one that has sent half a head, is not waited for.</summary>
sealed class OpenConnection
{
    int _requests;

    /// <summary>Whether a request is being handled.</summary>
    public bool IsBusy => Volatile.Read(ref _requests) > 0;

    /// <summary>A request begins.</summary>
    public void Enter() => Interlocked.Increment(ref _requests);

    /// <summary>A request is over.</summary>
    public void Leave() => Interlocked.Decrement(ref _requests);

    /// <summary>Puts itself before the server's handling of connections.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> Use(StoppedBodies stopped, QueueDelay queue) => next => async connection =>
    {
        var open = new OpenConnection();
        connection.Features.Set(open);
        await using var stops = stopped.Over.UnsafeRegister(
            _ =>
            {
                if (!open.IsBusy)
                {
                    connection.Abort();
                }
            },
            null);
        queue.Opened();
        try
        {
            await next(connection);
        }
        finally
        {
            queue.Closed();
        }
    };
}
