using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Recs.Storage.Kafka;

/// <summary>Asks the brokers where partitions end and where a time is in them. Safe for any number of callers at once.</summary>
sealed class PartitionEnds(IAdminClient admin, string topic, IReadOnlyList<KafkaTail> tails, TimeProvider time)
{
    /// <summary>How long an answer about all ends is good enough for the next who asks.</summary>
    static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(50);

    readonly Lock _turn = new();
    readonly Error?[] _errors = new Error?[tails.Count];
    Task? _refresh;
    long _refreshedAt;

    /// <summary>
    /// Brings the ends of all partitions up to date: one request to every leader, none when that was just done. What
    /// open transactions hold back is not counted.
    /// </summary>
    /// <param name="partition">The one the caller needs: that another has no leader is not its concern.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="LogUnavailableException">The brokers do not answer.</exception>
    public async Task RefreshAsync(int partition, CancellationToken cancel)
    {
        Task refresh;
        lock (_turn)
        {
            var old = _refresh is null || _refresh.IsFaulted || time.GetElapsedTime(_refreshedAt) > AgeMax;
            if (old && _refresh is null or { IsCompleted: true })
            {
                _refreshedAt = time.GetTimestamp();
                _refresh = FetchAsync();
            }

            refresh = _refresh!;
        }

        await refresh.WaitAsync(cancel);
        if (Volatile.Read(ref _errors[partition]) is { } error)
        {
            throw Unavailable(new KafkaException(error));
        }
    }

    /// <summary>The broker's offset of the first message at or after a time; −1 when there is none.</summary>
    /// <exception cref="LogUnavailableException">The brokers do not answer.</exception>
    public async Task<long> FirstAtAsync(int partition, long atMs, CancellationToken cancel)
    {
        var infos = await ListAsync([Ask(partition, OffsetSpec.ForTimestamp(atMs))]).WaitAsync(cancel);
        return infos[0].Error.IsError ? throw Unavailable(new KafkaException(infos[0].Error)) : infos[0].Offset.Value;
    }

    async Task FetchAsync()
    {
        foreach (var end in await ListAsync(Enumerable.Range(0, tails.Count).Select(each => Ask(each, OffsetSpec.Latest()))))
        {
            var partition = end.Partition.Value;
            Volatile.Write(ref _errors[partition], end.Error.IsError ? end.Error : null);
            if (!end.Error.IsError)
            {
                // The broker's end is the offset of the next message, which is the log's offset of the last one.
                tails[partition].Move(end.Offset.Value);
            }
        }
    }

    TopicPartitionOffsetSpec Ask(int partition, OffsetSpec spec) =>
        new() { TopicPartition = new TopicPartition(topic, partition), OffsetSpec = spec };

    async Task<List<TopicPartitionOffsetError>> ListAsync(IEnumerable<TopicPartitionOffsetSpec> asked)
    {
        List<ListOffsetsResultInfo> answers;
        try
        {
            var options = new ListOffsetsOptions
            {
                RequestTimeout = KafkaClients.Timeout,
                IsolationLevel = IsolationLevel.ReadCommitted,
            };
            answers = (await admin.ListOffsetsAsync(asked, options)).ResultInfos;
        }
        catch (ListOffsetsException some) when (some.Result?.ResultInfos is { Count: > 0 } infos)
        {
            answers = infos;
        }
        catch (Exception reason) when (reason is KafkaException or ObjectDisposedException)
        {
            throw Unavailable(reason);
        }

        return answers.ConvertAll(answer => answer.TopicPartitionOffsetError);
    }

    static LogUnavailableException Unavailable(Exception reason) =>
        new($"The event log cannot be read: {reason.Message}", reason);
}
