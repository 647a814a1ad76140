using Microsoft.AspNetCore.Hosting.Server;

using Recs.Silo.Demo;
using Recs.Silo.Options;

namespace Recs.Silo.Hosting;

/// <summary>Registers the simulated viewers of <c>--demo</c>.</summary>
static class DemoServices
{
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
