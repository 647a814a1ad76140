namespace Recs.Grains.Replication;

/// <summary>What a shard tells its replicas about.</summary>
public enum FeedChannel
{
    /// <summary>What was learned.</summary>
    Statistics,

    /// <summary>The items themselves; only item shards have them.</summary>
    Documents,

    /// <summary>Rows of the neural model; item shards have those of their items, viewer shards those of their viewers.</summary>
    Embeddings,
}
