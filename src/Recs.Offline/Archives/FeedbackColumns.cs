using System.Buffers;
using System.Globalization;

using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Storage.Folding;

namespace Recs.Offline.Archives;

/// <summary>From the meaning of the log to lines of the archive and back, without loss for whoever trains on it.</summary>
static class FeedbackColumns
{
    const string Impression = "impression";
    const string Reward = "reward";
    const string History = "history";
    const string Forget = "forget";
    const double One = ushort.MaxValue;

    public static FeedbackRow OfImpression(in FeedbackRecord record, int index) => OfDecision(record, index, Impression, 0);

    public static FeedbackRow OfReward(in FeedbackRecord record, int index, in RewardStep step)
    {
        var row = OfDecision(record, index, Reward, step.Delta);
        row.Type = step.Type.ToString();
        return row;
    }

    public static FeedbackRow OfHistory(in FeedbackRecord record) => Head(record, History, record.Row, record.Reward);

    public static FeedbackRow OfForgotten(Guid viewer) => new() { Kind = Forget, Type = nameof(EventType.Forget), Viewer = viewer.ToString("N") };

    /// <summary>Tells a sink what a line says.</summary>
    /// <exception cref="InvalidDataException">The line says nothing that can be; the message names the column.</exception>
    public static void Replay(FeedbackRow row, ArrayBufferWriter<byte> buffer, IFoldSink sink)
    {
        if (row.Kind == Forget)
        {
            sink.Forget(Viewer(row.Viewer));
            return;
        }

        buffer.ResetWrittenCount();
        FeedbackWriter.Write(Event(row), buffer);
        var reader = new FeedbackReader(buffer.WrittenSpan);
        _ = reader.MoveNext();
        switch (row.Kind)
        {
            case Impression:
                sink.Impression(reader.Current, 0);
                break;
            case Reward:
                sink.Reward(reader.Current, 0, new RewardStep(reader.Current.Type, 0, reader.Current.Reward));
                break;
            case History:
                sink.History(reader.Current);
                break;
            default:
                throw new InvalidDataException($"column kind: '{row.Kind}' is not impression, reward, history or forget");
        }
    }

    static FeedbackRow Head(in FeedbackRecord record, string kind, int row, int reward) => new()
    {
        Kind = kind,
        Type = record.Type.ToString(),
        At = DateTimeOffset.FromUnixTimeMilliseconds(record.AtMs).UtcDateTime,
        Viewer = record.Viewer == Guid.Empty ? null : record.Viewer.ToString("N"),
        Row = row,
        Reward = reward / One,
        Value = record.Value,
    };

    static FeedbackRow OfDecision(in FeedbackRecord record, int index, string kind, int reward)
    {
        var item = record.Item(index);
        var row = Head(record, kind, item.Row, reward);
        row.Decision = (long)record.Nonce;
        row.DecidedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.DecidedAtMs).UtcDateTime;
        row.Model = record.Graph;
        row.Policy = record.Policy;
        row.Surface = record.Surface;
        row.Position = record.Position(index);
        row.Propensity = item.Propensity;
        row.Prior = item.Prior / One;
        row.Matched = item.Matched;
        row.PriorIntercept = record.PriorIntercept;
        row.PriorSlope = record.PriorSlope;
        for (var k = 0; k < record.ClusterCount; k++)
        {
            var (cluster, weight) = record.Cluster(k);
            row.Clusters.Add(cluster);
            row.Weights.Add(weight / One);
        }

        return row;
    }

    static LoggedEvent Event(FeedbackRow row) => new()
    {
        Type = Enum.TryParse<EventType>(row.Type, out var type) && Enum.IsDefined(type)
            ? type
            : throw new InvalidDataException($"column type: '{row.Type}' is no event"),
        At = Time(row.At ?? throw new InvalidDataException("column at: empty beside an event")),
        Viewer = row.Viewer is null ? Guid.Empty : Viewer(row.Viewer),
        Reward = row.Reward < 0 ? -Sixteen(-row.Reward, "reward") : Sixteen(row.Reward, "reward"),
        Value = row.Value,
        Decision = row.Kind == History ? null : Decision(row),
        Position = row.Position ?? 0,
        Row = Within(row.Row, int.MaxValue, "row"),
    };

    static Guid Viewer(string? digits) => Guid.TryParseExact(digits, "N", out var viewer)
        ? viewer
        : throw new InvalidDataException($"column viewer: '{digits}' is not 32 hexadecimal digits");

    static Decision Decision(FeedbackRow row)
    {
        var position = Within(row.Position, Schema.Decisions.Decision.ItemsMax - 1, "position");
        if (row.Clusters.Count != row.Weights.Count || row.Clusters.Count > Schema.Decisions.Decision.ClustersMax)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"columns clusters and weights: {row.Clusters.Count} and {row.Weights.Count} entries"));
        }

        var items = new DecidedItem[position + 1];
        items[position] = new(
            row.Row, Sixteen(row.Prior ?? 0, "prior"), row.Propensity ?? 0, (ushort)Within(row.Matched, ushort.MaxValue, "matched"));
        return new()
        {
            Nonce = (ulong)(row.Decision ?? throw new InvalidDataException("column decision: empty beside an impression or a reward")),
            At = Time(row.DecidedAt ?? throw new InvalidDataException("column decided_at: empty beside a decision")),
            Policy = (byte)Within(row.Policy, byte.MaxValue, "policy"),
            Graph = (uint)(row.Model is >= 0 and <= uint.MaxValue and var model
                ? model
                : throw new InvalidDataException("column model: no version")),
            Viewer = Guid.Empty,
            PriorIntercept = row.PriorIntercept ?? 0,
            PriorSlope = row.PriorSlope ?? 0,
            Surface = row.Surface ?? "",
            Clusters = [.. row.Clusters.Zip(row.Weights, (cluster, weight) => new ClusterWeight(cluster, Sixteen(weight, "weights")))],
            Items = items,
        };
    }

    static DateTimeOffset Time(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    static ushort Sixteen(double value, string column) => value is >= 0 and <= 1
        ? (ushort)Math.Round(value * One)
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"column {column}: {value} is not in [0, 1]"));

    static int Within(int? value, int most, string column) => value is >= 0 and var number && number <= most
        ? number
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"column {column}: '{value}' is not in [0, {most}]"));
}
