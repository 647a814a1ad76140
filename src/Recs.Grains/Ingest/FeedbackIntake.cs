using System.Buffers;
using System.Diagnostics;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Telemetry;
using Recs.Schema.Decisions;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Storage;

namespace Recs.Grains.Ingest;

/// <summary>Turns events of sound shape into log records and makes them durable.</summary>
/// <remarks>Safe for any number of requests at once.</remarks>
public sealed class FeedbackIntake(
    IEventLog log,
    TokenKeyring tokens,
    Catalogue catalogue,
    FeedbackOptions options,
    IGrainFactory grains,
    RecsMetrics metrics,
    TimeProvider time)
{
    readonly RecentEvents _recent = new();
    long _untold;

    /// <summary>Takes a batch of events; everything accepted is durable when complete.</summary>
    /// <param name="events">Events of sound shape with their index in the request.</param>
    /// <param name="rejected">Receives the events that were refused, with the reason.</param>
    /// <param name="cancel">Gives up waiting; what was accepted may be sent again.</param>
    /// <returns>How many events were accepted, and how many of them are known to be repeats.</returns>
    /// <exception cref="LogOverloadedException">Too much is waiting to be written; nothing was accepted.</exception>
    /// <exception cref="LogUnavailableException">Storage failed; what was accepted in part may be sent again.</exception>
    public async Task<(int Accepted, int Duplicates)> Accept(
        IReadOnlyList<(int Index, FeedbackEvent Event)> events, List<Rejection> rejected, CancellationToken cancel)
    {
        var payloads = new ArrayBufferWriter<byte>?[log.Partitions];
        var counts = new int[log.Partitions];
        List<UInt128> identities = new(events.Count);
        string? lastToken = null;
        Decision? lastDecision = null;
        foreach (var (index, sent) in events)
        {
            if (sent.DecisionId is not null && !string.Equals(sent.DecisionId, lastToken, StringComparison.Ordinal))
            {
                // Events of one slate come together: verify its token once.
                (lastToken, lastDecision) = (sent.DecisionId, await tokens.ReadAsync(sent.DecisionId, cancel));
            }

            if (Refusal(sent, sent.DecisionId is null ? null : lastDecision, out var logged) is { } refusal)
            {
                metrics.CountRejected(refusal.Code);
                rejected.Add(new Rejection(index, null, refusal.Code, refusal.Detail));
                continue;
            }

            var partition = Partition(logged);
            FeedbackWriter.Write(logged, payloads[partition] ??= new ArrayBufferWriter<byte>(FeedbackWriter.BytesMax));
            counts[partition]++;
            identities.Add(Identity(logged));
        }

        var accepted = 0;
        List<Task> appends = [];
        for (var partition = 0; partition < payloads.Length; partition++)
        {
            if (payloads[partition] is { } payload)
            {
                accepted += counts[partition];
                appends.Add(Append(partition, payload.WrittenMemory, counts[partition], cancel));
            }
        }

        await Task.WhenAll(appends);
        metrics.CountAccepted(accepted);
        return (accepted, _recent.Add(identities));
    }

    /// <summary>Notes in the log that a viewer was deleted, behind everything accepted of the viewer so far; durable when complete.</summary>
    /// <param name="viewer">Hash of the viewer's id.</param>
    /// <param name="cancel">Gives up waiting; to be deleted twice does no harm.</param>
    /// <exception cref="LogOverloadedException">Too much is waiting to be written.</exception>
    /// <exception cref="LogUnavailableException">Storage failed.</exception>
    public Task Forget(Guid viewer, CancellationToken cancel)
    {
        var deleted = new LoggedEvent { Type = EventType.Forget, At = time.GetUtcNow(), Viewer = viewer, Row = -1 };
        var record = new ArrayBufferWriter<byte>(FeedbackWriter.BytesMax);
        FeedbackWriter.Write(deleted, record);
        return Append(Partition(deleted), record.WrittenMemory, 1, cancel);
    }

    async Task Append(int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        using var span = RecsTracing.Source.StartActivity("recs.append", ActivityKind.Producer);
        span?.SetTag("recs.partition", partition).SetTag("recs.events", count).SetTag("recs.bytes", records.Length);
        _ = await log.AppendAsync(partition, records, count, cancel);
        if (!log.IsLocal)
        {
            _ = grains.GetGrain<ILogConsumer>(partition).Arrived();
        }
    }

    (string Code, string Detail)? Refusal(FeedbackEvent sent, Decision? decision, out LoggedEvent logged)
    {
        logged = default;
        var now = time.GetUtcNow();
        if (sent.DecisionId is not null && decision is null)
        {
            return ("unknown-decision", "The decisionId is damaged, forged or signed with an unknown key.");
        }

        if (decision is not null && now - decision.At > options.DecisionAgeMax)
        {
            return ("expired-decision", $"The decision is older than {options.DecisionAgeMax.TotalDays} days.");
        }

        if (!TryType(sent.Type, out var type) || !TryReward(sent, type, out var reward))
        {
            return ("unknown-type", $"'{sent.Type}' is neither a known type nor configured under Recs:Rewards.");
        }

        var row = -1;
        if (sent.ItemId is not null && !catalogue.TryGetRow(sent.ItemId, out row))
        {
            return ("unknown-item", $"There is no item '{sent.ItemId}'.");
        }

        var position = decision is null || row < 0 ? -1 : Array.FindIndex(decision.Items, item => item.Row == row);
        if (decision is not null && row >= 0 && position < 0)
        {
            return ("item-not-in-decision", $"The decision did not recommend '{sent.ItemId}'.");
        }

        if (row < 0 && (decision is null || type != EventType.Impression))
        {
            return ("item-required", "Only an impression of a whole slate goes without itemId.");
        }

        var viewer = decision?.Viewer ?? StableKeys.Viewer(sent.UserId!);
        logged = new LoggedEvent
        {
            Type = type,
            Key = sent.EventId is null ? 0 : StableKeys.Event(viewer, decision?.Nonce ?? 0, sent.EventId),
            At = sent.At ?? now,
            Viewer = viewer,
            Reward = reward,
            Base = decision is null ? (ushort)0 : options.Rewards.Base,
            Signal = RewardTable.SignalOf(sent.Type),
            Value = (float)(sent.Value ?? 0),
            Decision = decision,
            Position = position,
            Row = row,
            ImpliesImpression = options.ImplicitImpressions && decision is not null,
        };
        return null;
    }

    /// <summary>A built-in type without a rule earns nothing; a custom one is known by its rule.</summary>
    bool TryReward(FeedbackEvent sent, EventType type, out int reward)
    {
        reward = 0;
        return type == EventType.Impression || options.Rewards.TryValue(sent.Type, sent.Value, out reward) || type != EventType.Custom;
    }

    /// <summary>What a repeat of an event shares with it: its id, or what it says of a shown item.</summary>
    UInt128 Identity(in LoggedEvent logged)
    {
        if (logged.Key != 0 && logged.Type != EventType.Impression)
        {
            return logged.Key;
        }

        if (logged.Decision is not { } decision)
        {
            // Without an id and a decision nothing tells a repeat from doing it again.
            return new UInt128(0, (ulong)Interlocked.Increment(ref _untold));
        }

        var said = ((ulong)(byte)logged.Position << 56) | ((ulong)logged.Type << 48) | ((ulong)logged.Signal << 32) | (uint)logged.Reward;
        return new UInt128(decision.Nonce, said);
    }

    int Partition(in LoggedEvent logged) =>
        StableKeys.Partition(logged.Viewer, logged.Decision?.Nonce ?? 0, log.Partitions);

    static bool TryType(string name, out EventType type)
    {
        type = name switch
        {
            "impression" => EventType.Impression,
            "click" => EventType.Click,
            "watch" => EventType.Watch,
            "like" => EventType.Like,
            "dislike" => EventType.Dislike,
            "share" => EventType.Share,
            "skip" => EventType.Skip,
            _ => EventType.Custom,
        };
        return type != EventType.Custom || name.StartsWith("custom:", StringComparison.Ordinal);
    }
}
