using System.Runtime.InteropServices;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Viewers;
using Recs.Neural.Online;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>The learner's side of the owners of its rows: asks all that a block concerns at once, and waits for all.</summary>
/// <param name="grains">Where they are.</param>
/// <exception cref="InvalidOperationException">Of every call: an owner is not in the session any more.</exception>
sealed class RowOwners(IGrainFactory grains)
{
    /// <summary>About how many bytes of pages a message has.</summary>
    const int MessageBytesMax = 1 << 20;

    readonly IRowShard[] _owners =
    [
        .. Enumerable.Range(0, Shards.ViewerCount).Select(IRowShard (shard) => grains.GetGrain<IViewerShard>(shard)),
        .. Enumerable.Range(0, Shards.ItemCount).Select(IRowShard (shard) => grains.GetGrain<IItemShard>(shard)),
    ];

    readonly long[] _turns = new long[Shards.ViewerCount + Shards.ItemCount];
    long _session;

    /// <summary>Whose stored pages are an owner's: 1 + its place among all owners.</summary>
    public static int NumberOf(RowOwner owner, int shard) => 1 + (owner is RowOwner.Viewers ? shard : Shards.ViewerCount + shard);

    /// <summary>Begins a session: every owner goes to what is stored.</summary>
    /// <param name="session">The learner's epoch.</param>
    /// <param name="pages">Of all owners.</param>
    public Task Open(long session, IEnumerable<Page> pages)
    {
        _session = session;
        Array.Clear(_turns);
        var byOwner = pages.ToLookup(page => ModelPage.OwnerOf(page.Id));
        return Task.WhenAll(_owners.Select((owner, at) => Open(owner, [.. byOwner[1 + at]])));
    }

    /// <summary>Asks whether every owner is in the session.</summary>
    public async Task Check()
    {
        foreach (var isInSession in await Task.WhenAll(_owners.Select(owner => owner.HasSession(_session).AsTask())))
        {
            Require(isInSession);
        }
    }

    /// <summary>Fills in the rows of a block.</summary>
    public Task Pull(ExampleBlock block) => Task.WhenAll(Concerned(block).Select(owner => Pull(owner, block)));

    /// <summary>Gives the rows of a block back, stepped.</summary>
    public Task Push(ExampleBlock block) => Task.WhenAll(Concerned(block).Select(async owner => Require(
        await _owners[owner].PushRows(_session, _turns[owner], MemoryMarshal.AsBytes<float>(block.Rows(owner).Rows).ToArray()))));

    /// <summary>The pages of all owners that changed.</summary>
    /// <param name="unsaved">Pages that could not be stored the last time.</param>
    public async Task<IReadOnlyList<Page>> TakePages(IReadOnlyCollection<long> unsaved)
    {
        var byOwner = unsaved.ToLookup(ModelPage.OwnerOf);
        var taken = await Task.WhenAll(_owners.Select((owner, at) => owner.TakePages(_session, [.. byOwner[1 + at]]).AsTask()));
        List<Page> pages = [];
        foreach (var changed in taken)
        {
            Require(changed is not null);
            pages.AddRange(changed!.Ids.Select((id, at) => new Page(id, changed.Payloads[at])));
        }

        return pages;
    }

    static IEnumerable<int> Concerned(ExampleBlock block) =>
        Enumerable.Range(0, block.Owners).Where(owner => !block.Meetings(owner).IsEmpty);

    static void Require(bool isInSession)
    {
        if (!isInSession)
        {
            throw new InvalidOperationException("An owner of rows is not in the session any more.");
        }
    }

    async Task Open(IRowShard owner, Page[] pages)
    {
        var first = 0;
        do
        {
            var (last, bytes) = (first, 0);
            for (; last < pages.Length && bytes < MessageBytesMax; last++)
            {
                bytes += pages[last].Payload.Length;
            }

            var part = new RowPages(
                [.. pages[first..last].Select(page => page.Id)], [.. pages[first..last].Select(page => page.Payload.ToArray())]);
            first = last;
            Require(await owner.OpenRows(_session, part, isLast: first == pages.Length));
        }
        while (first < pages.Length);
    }

    async Task Pull(int owner, ExampleBlock block)
    {
        var lent = await _owners[owner].PullRows(_session, ++_turns[owner], MemoryMarshal.AsBytes(block.Meetings(owner)).ToArray());
        Require(!lent.IsLost);
        block.Rows(owner).Take(lent.Offsets, lent.Rows);
    }
}
