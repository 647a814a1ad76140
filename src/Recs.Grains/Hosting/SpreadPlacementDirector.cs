using Orleans.Runtime.Placement;

namespace Recs.Grains.Hosting;

/// <inheritdoc cref="SpreadPlacement"/>
public sealed class SpreadPlacementDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(SpreadPlacement.Home(target.GrainIdentity, context.GetCompatibleSilos(target)));
}
