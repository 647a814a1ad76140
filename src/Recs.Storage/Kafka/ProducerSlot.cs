using Confluent.Kafka;

namespace Recs.Storage.Kafka;

/// <summary>Holds the producer, and replaces it when it reports that it can never produce again.</summary>
sealed class ProducerSlot(KafkaClients clients) : IDisposable
{
    readonly Lock _turn = new();
    IProducer<Null, byte[]> _current = clients.Producer();

    public IProducer<Null, byte[]> Current => Volatile.Read(ref _current);

    /// <summary>The producer failed for good: the next message goes through a new one.</summary>
    public void Replace(IProducer<Null, byte[]> failed)
    {
        lock (_turn)
        {
            if (!ReferenceEquals(failed, _current))
            {
                return;
            }

            Volatile.Write(ref _current, clients.Producer());
        }

        // Its own thread reports the failure and cannot be the one that ends it.
        ThreadPool.UnsafeQueueUserWorkItem(
            static producer =>
            {
                producer.Flush(KafkaClients.Timeout);
                producer.Dispose();
            },
            failed,
            preferLocal: false);
    }

    /// <inheritdoc/>
    public void Dispose() => Current.Dispose();
}
