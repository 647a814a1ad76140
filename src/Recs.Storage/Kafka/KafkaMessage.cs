namespace Recs.Storage.Kafka;

/// <summary>A message that is not in the log's binary form, for the decoder.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Offset of the row it becomes: one more than the broker's own offset.</param>
/// <param name="At">Its time, never earlier than that of the row before.</param>
/// <param name="Value">Its bytes.</param>
/// <param name="Headers">Its headers; of several with one name the last.</param>
public sealed record KafkaMessage(
    int Partition,
    long Offset,
    DateTimeOffset At,
    ReadOnlyMemory<byte> Value,
    IReadOnlyDictionary<string, byte[]> Headers);
