using System.Text.Json;

using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Items;

/// <inheritdoc cref="IItemShard"/>
[Reentrant]
sealed class ItemShard : Grain, IItemShard, IDisposable
{
    readonly ServingState _serving;
    readonly Catalogue _catalogue;
    readonly CategoryBits _categories;
    readonly ICatalogueStore _store;
    readonly LearningOptions _options;
    readonly ServingOptions _placing;
    readonly TimeProvider _time;
    readonly ItemPages _pages;
    readonly DurableShard _shard;
    readonly SemaphoreSlim _writing = new(1);

    public ItemShard(
        IGrainContext context,
        ServingState serving,
        Catalogue catalogue,
        CategoryBits categories,
        ICatalogueStore store,
        ISnapshotStore snapshots,
        LearningOptions options,
        ServingOptions placing,
        RecsMetrics metrics,
        TimeProvider time,
        ILogger<ItemShard> logger)
    {
        (_serving, _catalogue, _categories, _store) = (serving, catalogue, categories, store);
        (_options, _placing, _time) = (options, placing, time);
        _pages = new ItemPages(serving);
        _shard = new DurableShard(SnapshotPages.Items, (int)context.GrainId.GetIntegerKey(), _pages, snapshots, metrics, logger);
    }

    int Shard => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _shard.Open(cancellationToken);
        this.RegisterGrainTimer(static (grain, _) => grain.Flush(), this, ShardTimer.Every(_options.SnapshotInterval));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _shard.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        _pages.Dispose();
        _writing.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(_shard.Position(partition));

    /// <inheritdoc/>
    public ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(_shard.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public async Task Flush()
    {
        if (!await _shard.Flush())
        {
            DeactivateOnIdle();
        }
    }

    /// <inheritdoc/>
    public async Task Upsert(ItemDocument[] items)
    {
        // One write at a time: rows are given out in order, and the later of two upserts must win everywhere.
        await _writing.WaitAsync();
        try
        {
            var entries = Entries(items);
            await _store.UpsertAsync(null, [.. entries.Select(Stored)], CancellationToken.None);
            foreach (var entry in entries)
            {
                _catalogue.Put(entry);
                CatalogueStates.Publish(_serving.Items, _categories, entry);
            }

            await Place(entries);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> Delete(string id)
    {
        await _writing.WaitAsync();
        try
        {
            if (!_catalogue.TryGet(id, out var entry))
            {
                return false;
            }

            var deleted = entry with { Document = null };
            await _store.UpsertAsync(null, [Stored(deleted)], CancellationToken.None);
            _catalogue.Put(deleted);
            CatalogueStates.Publish(_serving.Items, _categories, deleted);
            return true;
        }
        finally
        {
            _writing.Release();
        }
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

    async Task Place(List<CatalogueEntry> entries)
    {
        foreach (var model in _serving.Live)
        {
            var count = ItemPlacement.ClustersOf(model, _catalogue.Count, _placing);
            var placements = new List<EdgePlacement>?[Shards.EdgeCount];
            foreach (var entry in entries.Where(entry => !model.Knows(entry.Row)))
            {
                ItemPlacement.Place(model, entry, count, placements);
            }

            await ItemPlacement.Send(GrainFactory, model.Version, placements);
        }
    }

    static StoredItem Stored(CatalogueEntry entry) => new(
        entry.Row,
        entry.Id,
        entry.IsDeleted,
        entry.Document is null ? default : JsonSerializer.SerializeToUtf8Bytes(entry.Document, RecsJson.Default.ItemDocument));
}
