namespace Recs.Silo.Hosting;

/// <summary>Repeats a call once when the silo that it went to is gone: the grain comes up on another one.</summary>
/// <remarks>Every call between our grains may be repeated: blocks name where they start, states are absolute.</remarks>
sealed class RetryOnLostSilo : IOutgoingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (SiloUnavailableException)
        {
            await context.Invoke();
        }
    }
}
