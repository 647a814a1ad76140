using Microsoft.AspNetCore.Hosting.Server;

using Recs.Silo.Demo;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>Registers the simulated viewers of <c>--demo</c>.</summary>
static class DemoServices
{
    /// <summary>Refuses to play in a store that holds what the demonstration did not make, unless that is allowed.</summary>
    /// <exception cref="OptionsRefusedException">It holds other items.</exception>
    public static async Task CheckStore(IStore store, RecsOptions options)
    {
        if (options.Demo.AnyStore)
        {
            return;
        }

        await foreach (var item in store.Catalogue.ReadAsync(CancellationToken.None))
        {
            if (!item.Deleted && !item.Id.StartsWith(DemoCatalogue.IdPrefix, StringComparison.Ordinal))
            {
                throw new OptionsRefusedException(
                    "--demo: the store holds other data, such as the item "
                    + $"'{item.Id}'. Give the demonstration one of its own (Recs__Storage__Path), or let it play there with Recs:Demo:AnyStore = true.");
            }
        }
    }

    /// <summary>Adds them; they call the silo by HTTP like anybody else.</summary>
    public static void AddDemo(this WebApplicationBuilder builder, RecsOptions options) => builder.Services.AddHostedService(provider => new DemoHost(
        new DemoOptions
        {
            Seed = (ulong)options.Demo.Seed,
            DecisionsPerSecond = options.Demo.DecisionsPerSecond,
            ApiKey = options.Auth.Keys.Find(key => key.Roles.Contains("admin"))?.Key,
        },
        provider.GetRequiredService<IServer>(),
        provider.GetRequiredService<IHostApplicationLifetime>(),
        provider.GetRequiredService<TrainingSchedule>().Train,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<DemoHost>>()));
}
