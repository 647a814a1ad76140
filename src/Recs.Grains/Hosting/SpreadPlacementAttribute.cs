using Orleans.Placement;

namespace Recs.Grains.Hosting;

/// <inheritdoc cref="SpreadPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SpreadPlacementAttribute() : PlacementAttribute(new SpreadPlacement());
