using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Silo.Demo;

/// <summary>
/// Simulated viewers at a bounded rate. Each decision draws a viewer and then, independently, whether the server's policy
/// or <c>uniform</c> decides: the two are compared on the same viewers, items and minutes, so the difference of their
/// rewards per impression is an unbiased estimate of what the policy is worth.
/// </summary>
/// <remarks>One caller at a time. What is not yet sent stays queued when a call fails.</remarks>
sealed class DemoTraffic
{
    const string ControlPolicy = "uniform";
    const int BatchCountMax = 1_000;
    const double BurstSeconds = 1;
    const double ReactionSecondsMin = 0.2;
    const double ReactionSecondsMax = 3;

    readonly RecsClient _client;
    readonly DemoOptions _options;
    readonly DemoCatalogue _catalogue;
    readonly SimulatedAudience _audience;
    readonly TimeProvider _time;
    readonly Dictionary<string, ItemDocument> _items;
    readonly PriorityQueue<FeedbackEvent, DateTimeOffset> _reactions = new();

    SplitMix64 _chance;
    long _step;
    double _credit;
    int _nextIndex;
    int _freshItems;
    DateTimeOffset _last;
    DateTimeOffset _nextFreshAt;

    /// <param name="client">The server.</param>
    /// <param name="options">Rate, shares and sizes.</param>
    /// <param name="catalogue">Where fresh items come from.</param>
    /// <param name="audience">Who watches.</param>
    /// <param name="items">Every item the server has.</param>
    /// <param name="firstStep">Number of the first visit; a restarted run goes on where chance has not been used.</param>
    /// <param name="time">The clock.</param>
    public DemoTraffic(
        RecsClient client,
        DemoOptions options,
        DemoCatalogue catalogue,
        SimulatedAudience audience,
        IEnumerable<ItemDocument> items,
        long firstStep,
        TimeProvider time)
    {
        (_client, _options, _catalogue, _audience, _time) = (client, options, catalogue, audience, time);
        _items = items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        _nextIndex = Math.Max(options.Items, 1 + _items.Keys.Select(DemoCatalogue.IndexOf).DefaultIfEmpty(-1).Max());
        _step = firstStep;
        _chance = SplitMix64.For(options.Seed, $"demo-traffic:{firstStep}");
        _last = time.GetUtcNow();
        _nextFreshAt = _last.AddSeconds(options.FreshItemSeconds);
    }

    /// <summary>Does what has become due since the last call: reactions first, then a fresh item, then visits.</summary>
    /// <returns>The number of calls made.</returns>
    public async Task<int> AdvanceAsync(CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var rate = _options.DecisionsPerSecond;
        _credit = Math.Min(_credit + (rate * (now - _last).TotalSeconds), Math.Max(1, rate * BurstSeconds));
        _last = now;

        var calls = await SendReactionsAsync(now, cancel);
        calls += await PublishAsync(now, cancel);
        for (; _credit >= 1; _credit--)
        {
            await VisitAsync(cancel);
            calls++;
        }

        return calls;
    }

    async Task<int> SendReactionsAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var calls = 0;
        while (_reactions.TryPeek(out _, out var due) && due <= now)
        {
            List<FeedbackEvent> batch = [];
            while (batch.Count < BatchCountMax && _reactions.TryPeek(out _, out due) && due <= now)
            {
                batch.Add(_reactions.Dequeue());
            }

            try
            {
                await _client.SendEventsAsync(batch, cancel);
                calls++;
            }
            catch
            {
                // Every event has an id, so those that did arrive are not counted again.
                _reactions.EnqueueRange(batch, now);
                throw;
            }
        }

        return calls;
    }

    async Task<int> PublishAsync(DateTimeOffset now, CancellationToken cancel)
    {
        if (now < _nextFreshAt || _freshItems >= _options.FreshItemsMax)
        {
            return 0;
        }

        var item = _catalogue.ItemAt(_nextIndex, now);
        await _client.UpsertItemsAsync([item], cancel);
        _items[item.Id] = item;
        _nextIndex++;
        _freshItems++;
        _nextFreshAt = now.AddSeconds(_options.FreshItemSeconds);
        return 1;
    }

    async Task VisitAsync(CancellationToken cancel)
    {
        var viewer = _chance.NextInt32(_options.Viewers);
        var isControl = _chance.NextDouble() < _options.ControlShare;
        var (_, id, _, _, _, device) = _audience.Viewer(viewer);
        var slate = await _client.RecommendAsync(
            new RecommendRequest
            {
                UserId = id,
                Context = new Dictionary<string, string>(StringComparer.Ordinal) { ["device"] = device },
                Count = _options.SlateCount,
                Surface = "home",
                Policy = isControl ? ControlPolicy : null,
            },
            cancel);

        await LearnItemsAsync(slate, cancel);

        // The impression is due at once; what the viewer does follows, one thing after the other.
        var at = _time.GetUtcNow();
        foreach (var reaction in _audience.React(viewer, _step++, slate, _items, at))
        {
            _reactions.Enqueue(reaction with { At = at }, at);
            at = at.AddSeconds(ReactionSecondsMin + ((ReactionSecondsMax - ReactionSecondsMin) * _chance.NextDouble()));
        }
    }

    /// <summary>Items that somebody else upserted meanwhile can be liked as well.</summary>
    async Task LearnItemsAsync(RecommendResponse slate, CancellationToken cancel)
    {
        foreach (var shown in slate.Items)
        {
            if (!_items.ContainsKey(shown.Id) && await _client.GetItemAsync(shown.Id, cancel) is { } item)
            {
                _items[item.Id] = item;
            }
        }
    }
}
