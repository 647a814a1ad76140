using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Npgsql;

using Orleans.Configuration;
using Orleans.Storage;

using Recs.Cluster.Tests.Rig;
using Recs.Storage;
using Recs.Storage.Postgres;
using Recs.Tests.Storage;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Orleans' grain storage and reminders over the scripts of our own.</summary>
public sealed class OrleansStateTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    const string Name = "recs";
    const string Type = "kept";
    const string Service = "orleans-state";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_state_is_written_read_and_cleared_and_who_comes_late_is_told()
    {
        using var host = await Start();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>(Name);
        foreach (var grain in (GrainId[])[GrainId.Create("kept", "a"), GrainId.Create(GrainType.Create("kept"), GrainIdKeyExtensions.CreateIntegerKey(7))])
        {
            var (first, late) = (new GrainState<Kept>(), new GrainState<Kept>());
            await storage.ReadStateAsync(Type, grain, first);
            await storage.ReadStateAsync(Type, grain, late);
            Assert.False(first.RecordExists);
            first.State = new Kept { Text = "one" };
            await storage.WriteStateAsync(Type, grain, first);
            first.State = new Kept { Text = "two" };
            await storage.WriteStateAsync(Type, grain, first);
            late.State = new Kept { Text = "late" };
            await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Type, grain, late));

            await storage.ReadStateAsync(Type, grain, late);
            Assert.Equal("two", late.State.Text);
            await storage.ClearStateAsync(Type, grain, late);
            await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Type, grain, first));
            await storage.ReadStateAsync(Type, grain, first);
            Assert.False(first.RecordExists);
        }

        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_reminder_is_kept_found_by_its_place_on_the_ring_and_removed()
    {
        using var host = await Start();
        var table = host.Services.GetRequiredService<IReminderTable>();
        var start = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        GrainId[] grains = [.. Enumerable.Range(0, 20).Select(number => GrainId.Create("kept", $"{number}"))];
        foreach (var grain in grains)
        {
            await table.UpsertRow(new ReminderEntry { GrainId = grain, ReminderName = "r", StartAt = start, Period = TimeSpan.FromMinutes(5) });
        }

        var read = await table.ReadRow(grains[3], "r");
        Assert.Equal((start, TimeSpan.FromMinutes(5)), (read!.StartAt, read.Period));
        Assert.Single((await table.ReadRows(grains[3])).Reminders);
        var middle = grains[3].GetUniformHashCode();
        var (above, below) = (await table.ReadRows(middle, uint.MaxValue), await table.ReadRows(0, middle));
        Assert.Equal(grains.Length, above.Reminders.Count + below.Reminders.Count);
        Assert.Contains(below.Reminders, reminder => reminder.GrainId == grains[3]);
        Assert.Equal(grains.Length, (await table.ReadRows(middle, middle)).Reminders.Count);

        var again = await table.UpsertRow(new ReminderEntry { GrainId = grains[3], ReminderName = "r", StartAt = start, Period = TimeSpan.FromHours(1) });
        Assert.False(await table.RemoveRow(grains[3], "r", read.ETag!));
        Assert.True(await table.RemoveRow(grains[3], "r", again!));
        Assert.Empty((await table.ReadRows(grains[3])).Reminders);
        await host.StopAsync(Cancel);
    }

    /// <summary>The state of a grain that there is not.</summary>
    [GenerateSerializer]
    [Alias("Recs.Tests.Kept")]
    public sealed class Kept
    {
        /// <summary>Anything.</summary>
        [Id(0)]
        public string Text { get; set; } = "";
    }

    async Task<IHost> Start()
    {
        var database = server.CreateDatabase();
        await (await PostgresStore.OpenAsync(
            new PostgresOptions { ConnectionString = database, Access = StorageAccess.Owner }, TimeProvider.System, null, Cancel)).DisposeAsync();
        var connection = new NpgsqlConnectionStringBuilder(database) { SearchPath = "recs" }.ConnectionString;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Host.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort.Take(), FreePort.Take(), serviceId: Service)
            .Configure<ClusterOptions>(cluster => cluster.ServiceId = Service)
            .AddAdoNetGrainStorage(Name, storage => (storage.Invariant, storage.ConnectionString) = ("Npgsql", connection))
            .UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = ("Npgsql", connection)));
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }
}
