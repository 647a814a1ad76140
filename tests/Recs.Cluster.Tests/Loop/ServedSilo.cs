using Recs.Client;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>A silo with 240 items in four categories, shared by the tests of one class.</summary>
public class ServedSilo : IAsyncLifetime
{
    /// <summary>Items in the catalogue.</summary>
    public const int Items = 240;

    /// <summary>Their categories; item <c>i</c> is in number <c>i</c> modulo 4.</summary>
    public static readonly string[] Categories = ["drama", "comedy", "science", "music"];

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly TemporaryFolder _storage = new();
    SiloProcess? _silo;
    RecsClient? _client;

    /// <summary>A client of the silo.</summary>
    public RecsClient Client => _client!;

    /// <summary>The same, bare.</summary>
    public HttpClient Http => _silo!.Http;

    /// <summary>Id of the silo's process.</summary>
    public int ProcessId => _silo!.Id;

    /// <summary>Settings beside the rig's own.</summary>
    protected virtual string[] Settings => ["--Recs:Neural:Enabled=true", "--Recs:Neural:SyncSeconds=0.1", "--Recs:Neural:TrunkSeconds=0.1"];

    /// <summary>Id of an item.</summary>
    public static string Id(int item) => $"i{item}";

    /// <summary>The category of an item's id.</summary>
    public static string CategoryOf(string id) =>
        Categories[int.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % Categories.Length];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await Start();
        await Fill();
    }

    /// <summary>Fills the catalogue.</summary>
    protected virtual async Task Fill()
    {
        var upserted = await Client.UpsertItemsAsync(Enumerable.Range(0, Items).Select(item => new ItemDocument
        {
            Id = Id(item),
            Categories = [Categories[item % Categories.Length]],
            Creator = $"c{item % 12}",
        }));
        Assert.Equal(Items, upserted.Upserted);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        _storage.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the silo as an operator does and starts it again on the same storage.</summary>
    public async Task Restart()
    {
        await _silo!.Stop();
        await _silo.DisposeAsync();
        await Start();
    }

    /// <summary>Sends events, of which all must be accepted, and waits until they have taken effect.</summary>
    public async Task Learn(params FeedbackEvent[] events)
    {
        var answer = await Client.SendEventsAsync(events);
        Assert.Equal((events.Length, 0), (answer.Accepted, answer.Rejected.Count));
        await Until(async () => await Client.GetStatsAsync() is { Events: { Pending: 0 } });
    }

    /// <summary>A slate of the configured policy.</summary>
    public Task<RecommendResponse> Slate(string? user, int count = 20, RecommendFilter? filter = null, string? policy = null) =>
        Client.RecommendAsync(new RecommendRequest { UserId = user, Count = count, Filter = filter, Policy = policy });

    /// <summary>Waits for something that must come true; the last question is asked after the wait.</summary>
    public static async Task Until(Func<Task<bool>> isSo, TimeSpan? patience = null)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < (patience ?? Patience), "It did not come true in time.");
            await Task.Delay(20);
        }
    }

    async Task Start()
    {
        _silo = await SiloProcess.Start(_storage.Path, Settings);
        _client = new RecsClient(_silo.Http);
    }
}
