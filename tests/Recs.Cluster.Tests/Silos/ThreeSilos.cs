using Recs.Client;
using Recs.Cluster.Tests.Loop;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;
using Recs.Tests.Storage;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Three silos on one database, with a catalogue of 240 items.</summary>
public class ThreeSilos : IAsyncLifetime
{
    /// <summary>Items in the catalogue.</summary>
    public const int Items = 240;

    readonly SiloProcess[] _silos = new SiloProcess[3];

    /// <summary>What the cluster is called.</summary>
    public string ClusterId { get; } = $"t{Guid.NewGuid():n}";

    /// <summary>The server of the database.</summary>
    public PostgresServer Server { get; } = new();

    /// <summary>The database.</summary>
    public string Database { get; private set; } = "";

    /// <summary>The silo of a number.</summary>
    public SiloProcess this[int silo] => Volatile.Read(ref _silos[silo]);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        await StartLog();
        Database = Server.CreateDatabase();
        for (var silo = 0; silo < _silos.Length; silo++)
        {
            await Start(silo);
        }

        await ServedSilo.Until(UpsertItems);
        for (var silo = 0; silo < _silos.Length; silo++)
        {
            await ServedSilo.Until(async () => (await ClientOf(silo).GetStatsAsync()).Items == Items);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var silo in _silos.Where(silo => silo is not null))
        {
            await silo.DisposeAsync();
        }

        await Server.DisposeAsync();
        await StopLog();
    }

    /// <summary>Item shards may be on their way to the silo that has just joined: clients are told to try again, and do.</summary>
    async Task<bool> UpsertItems()
    {
        try
        {
            var upserted = await ClientOf(0).UpsertItemsAsync(Enumerable.Range(0, Items).Select(item => new ItemDocument
            {
                Id = $"i{item}",
                Categories = [$"c{item % 7}"],
                Creator = $"m{item % 13}",
            }));
            Assert.Equal(Items, upserted.Upserted);
            return true;
        }
        catch (RecsException refused) when (refused.Status == 503)
        {
            return false;
        }
    }

    /// <summary>A client of a silo.</summary>
    public RecsClient ClientOf(int silo) => new(this[silo].Http);

    /// <summary>Starts a silo in the place of one that ended.</summary>
    public async Task Start(int silo) => Volatile.Write(ref _silos[silo], await SiloProcess.Join(
        Database, ClusterId, ["--Recs:Storage:SnapshotSeconds=1", "--Recs:Retraining:Bootstrap=false", .. LogSettings, .. SettingsOf(silo)]));

    /// <summary>Arguments of a command that reads the store, which name where the log is.</summary>
    public virtual string[] LogArguments => [];

    /// <summary>What tells a silo where the log is.</summary>
    protected virtual string[] LogSettings => [];

    /// <summary>What else a silo is told.</summary>
    protected virtual string[] SettingsOf(int silo) => [];

    /// <summary>Starts what holds the log.</summary>
    protected virtual Task StartLog() => Task.CompletedTask;

    /// <summary>Stops what holds the log.</summary>
    protected virtual Task StopLog() => Task.CompletedTask;

    /// <summary>Kills a silo and starts another in its place.</summary>
    public async Task Replace(int silo)
    {
        await this[silo].DisposeAsync();
        await Start(silo);
    }
}
