using Recs.Storage;
using Recs.Storage.Kafka;

namespace Recs.Tests.Storage;

/// <summary>The log over Kafka keeps the log's half of the contract.</summary>
public sealed class KafkaContractTests : LogContract
{
    KafkaBroker? _broker;
    string? _topic;

    // A message's time is the broker's business.
    protected override bool RemembersTimes => false;

    protected override bool Trims => _broker!.IsReal;

    protected override async Task<IEventLog> OpenLogAsync()
    {
        _broker ??= await KafkaBroker.SharedAsync();
        _topic ??= await _broker.CreateTopicAsync(Partitions);

        // The contract's records are any bytes.
        var options = KafkaLogTests.Options(_broker, _topic) with
        {
            Partitions = Partitions,
            CheckRecords = false,
            MessageBytesMax = 16 << 10,
        };
        return await KafkaEventLog.OpenAsync(options, Time, null, Cancel);
    }

    protected override ValueTask CloseAsync() => Log.DisposeAsync();

    protected override void Delete()
    {
    }
}
