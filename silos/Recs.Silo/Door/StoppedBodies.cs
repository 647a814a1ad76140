namespace Recs.Silo.Door;

/// <summary>Ends requests whose bodies have not come two seconds after the silo began to stop: a graceful stop waits for work, not for callers.</summary>
sealed class StoppedBodies : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource _over;
    readonly CancellationTokenRegistration _stopping;

    public StoppedBodies(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(Patience));
    }

    /// <summary>Cancelled when who has sent half of something is not waited for any more.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Watches a request while its body is read.</summary>
    public CancellationTokenRegistration Watch(HttpContext context) =>
        _over.Token.UnsafeRegister(static request => ((HttpContext)request!).Abort(), context);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _over.Dispose();
    }
}
