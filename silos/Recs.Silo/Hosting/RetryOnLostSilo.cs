namespace Recs.Silo.Hosting;

/// <summary>Repeats a call once when the silo that it went to is gone: the grain comes up on another one.</summary>
/// <remarks>
/// Every call between our grains may be repeated: blocks name where they start, states are absolute. And none may wait for
/// ever: while a silo dies under load, now and then a call is neither answered nor given up by Orleans.
/// </remarks>
sealed class RetryOnLostSilo(TimeProvider time) : IOutgoingGrainCallFilter
{
    /// <summary>Above the response timeout, so that it ends only what was forgotten.</summary>
    static readonly TimeSpan Patience = ClusterMembership.ResponseTimeout + TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (!context.InterfaceName.StartsWith("Recs.", StringComparison.Ordinal))
        {
            await context.Invoke();
            return;
        }

        try
        {
            await context.Invoke().WaitAsync(Patience, time);
        }
        catch (SiloUnavailableException)
        {
            await context.Invoke().WaitAsync(Patience, time);
        }
    }
}
