using Microsoft.Extensions.DependencyInjection;

using Recs.Grains.Hosting;

namespace Recs.Grains.Learning;

/// <summary>What the grains of this assembly need of a silo.</summary>
public static class ShardServices
{
    /// <summary>Spreads the shards and consumers over the silos.</summary>
    public static ISiloBuilder AddShards(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ShardHome>().AddSingleton<ShardTimer>();
        return silo.AddPlacementDirector<SpreadPlacement, SpreadPlacementDirector>();
    }
}
