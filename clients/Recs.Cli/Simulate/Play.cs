using System.Collections.Concurrent;
using System.Globalization;

using Recs.Cli.Output;
using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Cli.Simulate;

/// <summary>Lets viewers use a server: each visit asks for a slate, looks at it and reports what it did.</summary>
sealed class Play(RecsClient client, SimulateSettings settings, PlayedCatalogue catalogue, ToolContext context)
{
    const int EmptySlatesMax = 200;
    const int Publications = 10;
    const string Control = "uniform";

    readonly SimulatedAudience _audience = new((ulong)settings.Seed, settings.IsNonlinear);
    readonly ConcurrentDictionary<int, (ItemDocument[] Items, double Reward)> _oracle = new();
    readonly PlayTally _tally = new(settings.Events);
    readonly int _itemsAtStart = catalogue.Items.Length;
    long _visits;
    int _emptySlates;
    int _publications;
    int _published;

    /// <summary>Plays to the end.</summary>
    public async Task<SimulateReport> RunAsync(CancellationToken cancel)
    {
        var started = context.Time.GetTimestamp();
        await context.Terminal.WithProgressAsync("events", settings.Events, async progress =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var lanes = Enumerable.Range(0, settings.Concurrency).Select(_ => LaneAsync(progress, stop)).ToArray();
            await Task.WhenAll(lanes);
            return true;
        });
        return _tally.Report(
            settings, catalogue.Items.Length, _published, context.Time.GetElapsedTime(started).TotalSeconds);
    }

    async Task LaneAsync(Progress progress, CancellationTokenSource stop)
    {
        try
        {
            // A visit with a slate sends at least its impression, so the bound on visits only matters if nothing is taken.
            while (_tally.Events < settings.Events && Interlocked.Increment(ref _visits) is var visit && visit <= settings.Events)
            {
                await PublishAsync(stop.Token);
                if (await VisitAsync(visit, stop.Token) is { } done)
                {
                    _tally.Add(done);
                    progress.Report(_tally.Events, _tally.Note);
                }
            }
        }
        catch
        {
            // One lane's fault is the play's: the others need not go on.
            await stop.CancelAsync();
            throw;
        }
    }

    async Task<Visit?> VisitAsync(long number, CancellationToken cancel)
    {
        var chance = SplitMix64.For(_audience.Seed, string.Create(CultureInfo.InvariantCulture, $"visit:{number}"));
        var viewer = _audience.Viewer(chance.NextInt32(settings.Viewers));
        var control = chance.NextDouble() < settings.ControlShare;
        var request = new RecommendRequest
        {
            UserId = viewer.Id,
            Context = new Dictionary<string, string>(StringComparer.Ordinal) { ["device"] = viewer.Device },
            Count = settings.Count,
            Policy = control ? Control : settings.Policy,
        };
        var slate = await client.RecommendAsync(request, cancel);
        if (slate.Items.Count == 0)
        {
            return Interlocked.Increment(ref _emptySlates) < EmptySlatesMax
                ? null
                : throw new RunFailedException($"the server recommended nothing {EmptySlatesMax} times");
        }

        var events = _audience.React(viewer.Index, number, slate, catalogue.ById, null);
        var answer = await client.SendEventsAsync(events, cancel);
        return new Visit(
            control,
            slate.Policy,
            _audience.ExpectedClicks(viewer.Index, Known(slate)),
            Oracle(viewer.Index),
            [.. events.Where(sent => sent.Type is "click").Select(sent => sent.ItemId!)],
            _published == 0 ? [] : [.. slate.Items.Select(item => item.Id).Where(catalogue.IsFresh)],
            answer.Accepted,
            answer.Rejected.Count);
    }

    IEnumerable<ItemDocument> Known(RecommendResponse slate)
    {
        foreach (var shown in slate.Items)
        {
            if (catalogue.ById.TryGetValue(shown.Id, out var item))
            {
                yield return item;
            }
        }
    }

    double Oracle(int viewer)
    {
        var items = catalogue.Items;
        if (_oracle.TryGetValue(viewer, out var known) && ReferenceEquals(known.Items, items))
        {
            return known.Reward;
        }

        var reward = _audience.BestExpectedClicks(viewer, items, settings.Count);
        _oracle[viewer] = (items, reward);
        return reward;
    }

    async Task PublishAsync(CancellationToken cancel)
    {
        var due = (int)Math.Min(Publications, ((long)_tally.Events * Publications / settings.Events) + 1);
        var done = Volatile.Read(ref _publications);
        if (settings.FreshShare == 0 || done >= due || Interlocked.CompareExchange(ref _publications, done + 1, done) != done)
        {
            return;
        }

        var total = (int)Math.Ceiling(settings.FreshShare * _itemsAtStart);
        var first = (int)((long)total * done / Publications);
        var count = (int)((long)total * (done + 1) / Publications) - first;
        await catalogue.PublishAsync(client, settings.Seed, first, count, context.Time.GetUtcNow(), cancel);
        Interlocked.Add(ref _published, count);
    }
}
