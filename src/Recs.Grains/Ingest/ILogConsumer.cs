using Orleans.Concurrency;

namespace Recs.Grains.Ingest;

/// <summary>The one reader of a partition of the event log; its key is the partition.</summary>
[Alias("Recs.ILogConsumer")]
public interface ILogConsumer : IGrainWithIntegerKey
{
    /// <summary>Starts reading if it does not read already, and keeps the consumer alive.</summary>
    /// <returns>How far it is.</returns>
    [Alias("Poke")]
    ValueTask<ConsumerStatus> Poke();

    /// <summary>Something was appended on another silo. A hint: the consumer looks now and then anyway.</summary>
    [OneWay]
    [Alias("Arrived")]
    Task Arrived();

    /// <summary>Tells every shard how far the log has been applied; complete when all is applied and they know.</summary>
    [Alias("Settle")]
    Task Settle();
}
