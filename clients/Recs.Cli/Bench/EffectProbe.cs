using Recs.Client;
using Recs.Schema.Http;
using Recs.Schema.Log;

namespace Recs.Cli.Bench;

/// <summary>Follows one click from sending it to the statistic it changes.</summary>
/// <param name="client">Asks and sends.</param>
/// <param name="poller">Looks at the statistic, over a connection of its own, as fast as answers come.</param>
/// <param name="run">Tells this run's event ids from an earlier run's.</param>
/// <param name="time">The clock of all figures.</param>
sealed class EffectProbe(RecsClient client, RecsClient poller, string run, TimeProvider time)
{
    const int Slate = 20;
    const string Bandit = "bandit";

    static readonly TimeSpan EffectWaitMax = TimeSpan.FromSeconds(5);

    int _probes;

    /// <summary>From the 202 to the first look that saw the change.</summary>
    public LatencySamples AckedToVisible { get; } = new();

    /// <summary>From sending the click to the first look that saw the change.</summary>
    public LatencySamples SentToVisible { get; } = new();

    /// <summary>Duration of one look.</summary>
    public LatencySamples Polls { get; } = new();

    /// <summary>Clicks without effect within the time limit.</summary>
    public int Missed { get; private set; }

    /// <summary>Whether an item belongs to the probes; events of the load are about the others only.</summary>
    public static bool IsProbed(string itemId) => StableKeys.Shard(itemId, 2) == 0;

    /// <summary>Sends one click and follows it.</summary>
    /// <returns>False when the slate held no item that a click could change.</returns>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        var number = _probes++;
        var slate = await client.RecommendAsync(new RecommendRequest { UserId = Preparation.Viewer(number), Count = Slate }, cancel);
        foreach (var item in slate.Items)
        {
            if (item.Source is Bandit && IsProbed(item.Id) && await poller.GetEdgesAsync(item.Id, cancel) is { Edges.Count: > 0 } before)
            {
                await FollowAsync(slate.DecisionId, $"{run}-probe-{number}", before, cancel);
                return true;
            }
        }

        return false;
    }

    async Task FollowAsync(string decisionId, string eventId, EdgesResponse before, CancellationToken cancel)
    {
        var known = before.Edges.ToDictionary(edge => edge.Cluster, edge => edge.B);
        var click = new FeedbackEvent { EventId = eventId, Type = "click", DecisionId = decisionId, ItemId = before.Item };
        var sent = time.GetTimestamp();
        var acked = SendAsync(click, cancel);
        var visible = await VisibleAsync(before.Item, known, sent, cancel);
        var ackedAt = await acked;
        if (visible is not { } seen)
        {
            Missed++;
            return;
        }

        SentToVisible.Add(time.GetElapsedTime(sent, seen));
        AckedToVisible.Add(seen > ackedAt ? time.GetElapsedTime(ackedAt, seen) : TimeSpan.Zero);
    }

    async Task<long> SendAsync(FeedbackEvent click, CancellationToken cancel)
    {
        await client.SendEventsAsync([click], cancel);
        return time.GetTimestamp();
    }

    async Task<long?> VisibleAsync(string item, Dictionary<int, double> known, long sent, CancellationToken cancel)
    {
        while (time.GetElapsedTime(sent) < EffectWaitMax)
        {
            var asked = time.GetTimestamp();
            var now = await poller.GetEdgesAsync(item, cancel);
            var answered = time.GetTimestamp();
            Polls.Add(time.GetElapsedTime(asked, answered));
            if (now is not null && now.Edges.Any(edge => !known.TryGetValue(edge.Cluster, out var b) || edge.B > b))
            {
                return answered;
            }
        }

        return null;
    }
}
