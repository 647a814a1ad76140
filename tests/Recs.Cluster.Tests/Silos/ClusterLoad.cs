using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

using Recs.Cluster.Tests.Crash;
using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>
/// Recommends and events at a rate, whatever fails: viewers ask for slates, and what was shown and clicked comes back through
/// another silo, some of it twice. An event that was not acknowledged is sent again with its id, as real clients do.
/// </summary>
/// <param name="silos">The cluster.</param>
/// <param name="seed">Who asks and what is clicked.</param>
/// <param name="recommends">Recommends a second.</param>
/// <param name="eventsPerSlate">Events per recommend, at least 2: an impression of the slate, then clicks and skips.</param>
sealed class ClusterLoad(ThreeSilos silos, int seed, int recommends, int eventsPerSlate) : IDisposable
{
    const int Viewers = 500;
    const int UnderWayMax = 256;
    const int TwiceEvery = 10;

    static readonly TimeSpan SlatePatience = TimeSpan.FromMilliseconds(700);
    static readonly TimeSpan EventsPatience = TimeSpan.FromSeconds(8);
    static readonly TimeSpan GoodWithin = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _places = new(UnderWayMax);
    readonly CancellationTokenSource _giveUp = new();
    readonly ConcurrentQueue<Exception> _failures = [];
    int _underWay;

    /// <summary>Where the requests went and what was answered.</summary>
    public Balancer Balancer { get; } = new(silos);

    /// <summary>What the acknowledged events must have added up to.</summary>
    public ExpectedEdges Expected { get; } = new();

    /// <summary>When each viewer asked for a slate, and how long it took over all attempts.</summary>
    public ConcurrentQueue<(long At, TimeSpan Wait)> Waits { get; } = [];

    /// <summary>When viewers asked whose slates took so long that they would have gone.</summary>
    public IReadOnlyList<long> Late => [.. Waits.Where(slate => slate.Wait > GoodWithin).Select(slate => slate.At)];

    /// <summary>Offers the load until told to stop, then waits for what is under way.</summary>
    public async Task Run(CancellationToken stop)
    {
        var random = new Random(seed);
        var since = Stopwatch.GetTimestamp();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / recommends) - Stopwatch.GetElapsedTime(since);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, CancellationToken.None);
            }

            await _places.WaitAsync(CancellationToken.None);
            _ = Interlocked.Increment(ref _underWay);
            _ = Play(number, random.Next());
        }

        var patience = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _underWay) > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(patience) < TimeSpan.FromMinutes(1), "requests never end");
            await Task.Delay(20, CancellationToken.None);
        }

        Assert.Empty(_failures);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _places.Dispose();
        _giveUp.Dispose();
    }

    async Task Play(int number, int chance)
    {
        var random = new Random(chance);
        try
        {
            var asked = Stopwatch.GetTimestamp();
            var body = new { userId = $"u{random.Next(Viewers)}", count = eventsPerSlate - 1, filter = new { excludeSeen = false } };
            using var slate = JsonDocument.Parse(await Balancer.Post("/v1/recommend", body, SlatePatience, _giveUp.Token));
            Waits.Enqueue((asked, Stopwatch.GetElapsedTime(asked)));
            string[] items = [.. slate.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
            if (items.Length > 0)
            {
                await Feedback(number, random, slate.RootElement.GetProperty("decisionId").GetString()!, items);
            }
        }
#pragma warning disable CA1031 // Nobody waits for this: the run tells of it at its end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failures.Enqueue(failure);
        }
        finally
        {
            _places.Release();
            _ = Interlocked.Decrement(ref _underWay);
        }
    }

    async Task Feedback(int number, Random random, string decisionId, string[] items)
    {
        var clicked = Enumerable.Range(0, items.Length).Where(_ => random.Next(3) == 0).ToHashSet();
        object[] events =
        [
            new { eventId = $"{number}-i", type = "impression", decisionId },
            .. items.Select((item, n) => new { eventId = $"{number}-{n}", type = clicked.Contains(n) ? "click" : "skip", decisionId, itemId = item }),
        ];
        for (var times = random.Next(TwiceEvery) == 0 ? 2 : 1; times > 0; times--)
        {
            using var answer = JsonDocument.Parse(await Balancer.Post("/v1/events", events, EventsPatience, _giveUp.Token));
            Assert.Equal(events.Length, answer.RootElement.GetProperty("accepted").GetInt32());
        }

        Expected.Add(new TokenReading(decisionId), items, events.Length, clicked);
    }
}
