using System.Text.Json;

using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Neural.Online;
using Recs.Schema.Http;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Items;

/// <inheritdoc cref="IItemShard"/>
[Reentrant]
[SpreadPlacement]
sealed class ItemShard : LearningGrain, IItemShard, IDisposable
{
    readonly Catalogue _catalogue;
    readonly ICatalogueStore _store;
    readonly TimeProvider _time;
    readonly ItemPages _pages = new();
    readonly ItemDocumentFeed _documents;
    readonly ShardFeed _documentFeed;
    readonly RowHost _rows;
    readonly SemaphoreSlim _writing = new(1);

    public ItemShard(
        IGrainContext context,
        Catalogue catalogue,
        ICatalogueStore store,
        ISnapshotStore snapshots,
        LearningOptions options,
        ShardTimer timer,
        RecsMetrics metrics,
        TimeProvider time,
        ILogger<ItemShard> logger)
        : base(timer)
    {
        (_catalogue, _store, _time) = (catalogue, store, time);
        _documents = new ItemDocumentFeed(catalogue, (int)context.GrainId.GetIntegerKey());
        _documentFeed = new ShardFeed(_documents, time);
        _rows = new RowHost(options.Neural, RowOwner.Items, (int)context.GrainId.GetIntegerKey(), metrics, time);
        Durable = new DurableShard(SnapshotPages.Items, (int)context.GrainId.GetIntegerKey(), _pages, snapshots, time, metrics, logger);
    }

    /// <inheritdoc/>
    protected override DurableShard Durable { get; }

    int Shard => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public void Dispose()
    {
        _pages.Dispose();
        _writing.Dispose();
    }

    /// <inheritdoc/>
    public override ValueTask<FeedChunk> Copy(FeedChannel channel, long page) => channel switch
    {
        FeedChannel.Documents => new(_documentFeed.Copy(page)),
        FeedChannel.Embeddings => _rows.Copy(page),
        _ => base.Copy(channel, page),
    };

    /// <inheritdoc/>
    public override ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after) => channel switch
    {
        FeedChannel.Documents => _documentFeed.Changes(after),
        FeedChannel.Embeddings => _rows.Changes(after),
        _ => base.Changes(channel, after),
    };

    /// <inheritdoc/>
    public ValueTask<bool> OpenRows(long session, RowPages pages, bool isLast) => new(_rows.Open(session, pages, isLast));

    /// <inheritdoc/>
    public ValueTask<bool> HasSession(long session) => new(_rows.HasSession(session));

    /// <inheritdoc/>
    public ValueTask<LentRows> PullRows(long session, long turn, byte[] meetings) => new(_rows.Pull(session, turn, meetings));

    /// <inheritdoc/>
    public ValueTask<bool> PushRows(long session, long turn, byte[] rows) => new(_rows.Push(session, turn, rows));

    /// <inheritdoc/>
    public ValueTask<RowPages?> TakePages(long session, long[] unsaved) => new(_rows.TakePages(session, unsaved));

    /// <inheritdoc/>
    public async Task<FeedMark> Upsert(ItemDocument[] items)
    {
        // One write at a time: rows are given out in order, and the later of two upserts must win everywhere.
        await _writing.WaitAsync();
        try
        {
            var entries = Entries(items);
            return await Write(entries);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<PatchedItems> Patch(ItemPatch[] patches)
    {
        await _writing.WaitAsync();
        try
        {
            var entries = new Dictionary<string, CatalogueEntry>(StringComparer.Ordinal);
            var refusals = Array.ConvertAll(patches, patch => Patch(patch, entries));
            return new PatchedItems(entries.Count == 0 ? _documentFeed.Mark : await Write([.. entries.Values]), refusals);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<FeedMark?> Delete(string id)
    {
        await _writing.WaitAsync();
        try
        {
            if (!_catalogue.TryGet(id, out var entry))
            {
                return null;
            }

            return await Write([entry with { Document = null }]);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task Opened(CancellationToken cancel)
    {
        _documentFeed.Epoch = Durable.Owner.Epoch;
        _rows.Start(this);
        // This silo's replica may lack what a former owner wrote last: rows are given out by what storage has.
        await foreach (var stored in _store.ReadShardAsync(Shard, Shards.ItemCount, cancel))
        {
            var document = stored.Deleted ? null : JsonSerializer.Deserialize(stored.Payload.Span, RecsJson.Default.ItemDocument);
            _catalogue.Put(new CatalogueEntry(stored.Row, stored.Id, document, document?.CreatedAt ?? DateTimeOffset.UnixEpoch));
        }
    }

    /// <inheritdoc/>
    protected override void Wake()
    {
        base.Wake();
        _documentFeed.Signal();
        _rows.Wake();
    }

    PatchRefusal Patch(ItemPatch patch, Dictionary<string, CatalogueEntry> entries)
    {
        var id = patch.Values.Id;
        var known = entries.GetValueOrDefault(id) ?? (_catalogue.TryGet(id, out var stored) ? stored : null);
        if (known?.Document is not { } document)
        {
            return PatchRefusal.Unknown;
        }

        var patched = patch.Apply(document);
        if (patched.Attributes?.Count > MergePatch.AttributesMax)
        {
            return PatchRefusal.TooManyAttributes;
        }

        var createdAt = patched.CreatedAt ?? known.CreatedAt;
        entries[id] = known with { Document = patched with { CreatedAt = createdAt }, CreatedAt = createdAt };
        return PatchRefusal.None;
    }

    List<CatalogueEntry> Entries(ItemDocument[] items)
    {
        var entries = new Dictionary<string, CatalogueEntry>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var known = entries.GetValueOrDefault(item.Id)
                ?? (_catalogue.TryGetRow(item.Id, out var row) ? _catalogue.Entry(row) : null);
            var createdAt = item.CreatedAt ?? known?.CreatedAt ?? _time.GetUtcNow();
            entries[item.Id] = new CatalogueEntry(
                known?.Row ?? _catalogue.TakeRow(Shard), item.Id, item with { CreatedAt = createdAt }, createdAt);
        }

        return [.. entries.Values];
    }

    async Task<FeedMark> Write(List<CatalogueEntry> entries)
    {
        if (!await _store.UpsertAsync(Durable.Owner, [.. entries.Select(Stored)], CancellationToken.None))
        {
            DeactivateOnIdle();
            throw new IOException("The item shard has moved to another silo.");
        }

        foreach (var entry in entries)
        {
            _catalogue.Put(entry);
            _documents.Add(entry.Row);
        }

        _documentFeed.Signal();
        return _documentFeed.Mark;
    }

    static StoredItem Stored(CatalogueEntry entry) => new(
        entry.Row,
        entry.Id,
        entry.IsDeleted,
        entry.Document is null ? default : JsonSerializer.SerializeToUtf8Bytes(entry.Document, RecsJson.Default.ItemDocument));
}
