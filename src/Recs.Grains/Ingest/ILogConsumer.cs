namespace Recs.Grains.Ingest;

/// <summary>The one reader of a partition of the event log; its key is the partition.</summary>
[Alias("Recs.ILogConsumer")]
public interface ILogConsumer : IGrainWithIntegerKey
{
    /// <summary>Starts reading if it does not read already, and keeps the consumer alive.</summary>
    /// <returns>How far it is.</returns>
    [Alias("Poke")]
    ValueTask<ConsumerStatus> Poke();
}
