using System.Buffers;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Neural.Online;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>
/// What is stored and published of the neural model by its learner: the dense weights and the clusters' rows are its own, the
/// owners' rows are stored with them, so that all stand for the same log positions.
/// </summary>
/// <remarks>What changed is published when <see cref="Publish"/> is called, not before.</remarks>
sealed class NeuralStatistics(NeuralLearning learning) : IShardStatistics, IDisposable
{
    readonly PublishedBlocks _published = new();
    readonly List<Page> _collected = [];
    readonly HashSet<long> _unsaved = [];
    readonly HashSet<long> _foreign = [];
    bool _hasLearned;

    /// <inheritdoc/>
    public long Sequence => _published.Sequence;

    /// <summary>The dense model.</summary>
    public DenseModel Model { get; private set; } = new(learning.Model);

    /// <summary>What was stored of the owners' rows, until they have it.</summary>
    public IReadOnlyList<Page> RowPages { get; private set; } = [];

    /// <summary>Why what was stored could not be taken up; null when it was.</summary>
    public string? Forgotten { get; private set; }

    /// <summary>Pages of owners that could not be stored.</summary>
    public IReadOnlyCollection<long> Unsaved => _unsaved;

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        Model.Dispose();
        try
        {
            Model = DenseModel.FromPages([.. pages.Select(page => (page.Id, page.Payload))], learning.Model);
            RowPages = [.. pages.Where(page => ModelPage.OwnerOf(page.Id) != 0)];
        }
        catch (InvalidDataException reason)
        {
            // Other sizes are another model: it learns from here on, and nothing of the former may be taken for its own.
            (Model, Forgotten, RowPages) = (new DenseModel(learning.Model), reason.Message, []);
            _foreign.UnionWith(pages.Select(page => page.Id));
        }

        _published.Skip();
    }

    /// <summary>The owners have their rows.</summary>
    public void ForgetRowPages() => RowPages = [];

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        // What a block means is learned by the shard, before its position is noted.
    }

    /// <summary>Learns from a block whose rows are there.</summary>
    public void Learn(ExampleBlock block)
    {
        _ = Model.Learn(block);
        _hasLearned |= block.Count > 0;
    }

    /// <summary>Makes a block of the rows written since the last one, and of the dense weights if wanted.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Publish(bool withTrunk)
    {
        var block = new ArrayBufferWriter<byte>();
        if (Model.WriteTouched(block) == 0 && !(withTrunk && _hasLearned))
        {
            return false;
        }

        if (withTrunk)
        {
            Model.WriteTrunk(block);
            _hasLearned = false;
        }

        _published.Add(block.WrittenSpan.ToArray());
        return true;
    }

    /// <summary>Pages of owners that will be stored with the next save.</summary>
    public void Collect(IEnumerable<Page> pages)
    {
        _collected.AddRange(pages);
        _unsaved.Clear();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged()
    {
        // An empty page is deleted; what is written after it under the same id stays.
        List<Page> changed =
        [
            .. _foreign.Select(id => new Page(id, default)),
            .. Model.TakeChanged().Select(page => new Page(page.Id, page.Payload)),
            .. _collected,
        ];
        _foreign.Clear();
        _collected.Clear();
        return changed;
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        _foreign.UnionWith(pages.Where(page => page.Payload.IsEmpty).Select(page => page.Id));
        var written = pages.Where(page => !page.Payload.IsEmpty).Select(page => page.Id).ToArray();
        Model.MarkChanged(written.Where(page => ModelPage.OwnerOf(page) == 0));
        _unsaved.UnionWith(written.Where(page => ModelPage.OwnerOf(page) != 0));
    }

    /// <inheritdoc/>
    public (byte[] Payload, long NextPage) Copy(long page)
    {
        var piece = new ArrayBufferWriter<byte>();
        var next = Model.WritePiece(piece, page, FeedChunk.BytesMax / (learning.Model.Width * sizeof(float)));
        return (piece.WrittenSpan.ToArray(), next);
    }

    /// <inheritdoc/>
    public byte[]? Changes(long after) => _published.After(after);

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
