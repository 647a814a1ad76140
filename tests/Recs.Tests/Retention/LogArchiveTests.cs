using Recs.Storage;
using Recs.Storage.Retention;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary>What is dropped is in the archive first, each row once.</summary>
public sealed class LogArchiveTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-archive-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Archive => Path.Combine(_folder, "archive");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_dropped_is_read_back_row_by_row()
    {
        var (world, store) = RetentionWorld.InMemory(21);
        using var owned = world;
        await world.Play(35);
        var first = await world.Retain(30, new LogArchive(Archive));
        await world.Play(5);
        var second = await world.Retain(30, new LogArchive(Archive));
        _ = await world.Retain(30, new LogArchive(Archive));

        Assert.True(first.RowsDropped > 0 && second.RowsDropped > 0);
        Assert.Equal(first.RowsDropped, first.RowsArchived);
        Assert.Equal(second.RowsDropped, second.RowsArchived);
        await RequireArchived(store);
        Assert.Equal(2, ArchiveReader.Files(Archive, 0).Count);
        var name = ArchiveReader.Files(Archive, 1)[0];
        Assert.Equal((1, 1), (name.Partition, name.First));
        Assert.StartsWith("events-p001-000000000001-0000000000", name.ToString(), StringComparison.Ordinal);
        Assert.Equal(name, ArchiveName.TryParse(name.ToString()));
        var tail = await Read(0, second.Partitions[0].DroppedThrough - 3);
        Assert.Equal(3, tail.Count);
    }

    [Fact]
    public async Task A_run_that_dies_at_any_call_doubles_no_row()
    {
        var (world, store) = RetentionWorld.InMemory(22);
        using var owned = world;
        await world.Play(34);
        var whole = store.Copy();
        whole.Calls.Reset();
        var expected = await world.Retain(whole, 30, new LogArchive(Archive));
        Directory.Delete(Archive, recursive: true);
        var doubled = 0;

        // From the end of the base on: what comes before does not know the archive.
        for (var call = whole.Calls.Made; call > whole.Calls.Made - 40; call--)
        {
            var copy = store.Copy();
            copy.Calls.FailFrom(call, worksFirst: call % 2 == 0);
            await Assert.ThrowsAnyAsync<IOException>(() => world.Retain(copy, 30, new LogArchive(Archive)));
            copy.Calls.Reset();
            var again = await world.Retain(copy, 29, new LogArchive(Archive));
            doubled += expected.RowsArchived > 0 && again.RowsArchived < expected.RowsArchived ? 1 : 0;
            await RequireArchived(copy);
            Directory.Delete(Archive, recursive: true);
        }

        Assert.True(doubled > 0, "no run found what another had archived");
    }

    [Fact]
    public async Task Nothing_is_dropped_when_the_archive_cannot_be_written()
    {
        var (world, store) = RetentionWorld.InMemory(23);
        using var owned = world;
        await world.Play(35);
        await File.WriteAllTextAsync(Archive, "a file where the folder should be", Cancel);
        var reason = await Assert.ThrowsAsync<IOException>(() => world.Retain(30, new LogArchive(Archive)));
        Assert.Contains("nothing is dropped", reason.Message, StringComparison.Ordinal);
        Assert.Equal(store.Log.Ever(0).Count, store.Log.Left(0).Count);
        _ = await RetentionWorld.RequireProof(store);

        File.Delete(Archive);
        Assert.True((await world.Retain(30, new LogArchive(Archive))).RowsDropped > 0);
        await RequireArchived(store);
    }

    [Fact]
    public async Task A_folder_that_another_process_writes_to_is_refused()
    {
        var (world, store) = RetentionWorld.InMemory(24);
        using var owned = world;
        await world.Play(35);
        Directory.CreateDirectory(Archive);
        await using (new FileStream(Path.Combine(Archive, "recs-archive.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            await Assert.ThrowsAsync<IOException>(() => world.Retain(30, new LogArchive(Archive)));
        }

        Assert.Equal(store.Log.Ever(0).Count, store.Log.Left(0).Count);
    }

    [Fact]
    public async Task The_archive_of_another_log_is_refused()
    {
        using var other = RetentionWorld.InMemory(25).World;
        await other.Play(50);
        _ = await other.Retain(30, new LogArchive(Archive));
        var (world, store) = RetentionWorld.InMemory(26);
        using var owned = world;
        await world.Play(35);
        var reason = await Assert.ThrowsAsync<IOException>(() => world.Retain(30, new LogArchive(Archive)));
        Assert.Contains("another log", reason.Message, StringComparison.Ordinal);
        Assert.Equal(store.Log.Ever(0).Count, store.Log.Left(0).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(-30)]
    [InlineData(-300)]
    public async Task A_file_that_was_cut_off_or_changed_is_refused(int place)
    {
        using var world = RetentionWorld.InMemory(27).World;
        await world.Play(35);
        _ = await world.Retain(30, new LogArchive(Archive));
        var path = Path.Combine(Archive, ArchiveReader.Files(Archive, 0)[0].ToString());
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        if (place == 0)
        {
            bytes[bytes.Length / 2] ^= 0x10;
        }

        await File.WriteAllBytesAsync(path, place == 0 ? bytes : bytes[..(place < 0 ? ^-place : place)], Cancel);
        await Assert.ThrowsAsync<InvalidDataException>(() => Read(0, 0));
    }

    async Task RequireArchived(MemoryStore store)
    {
        for (var partition = 0; partition < RetentionWorld.Partitions; partition++)
        {
            var dropped = store.Log.Ever(partition).SkipLast(store.Log.Left(partition).Count).ToList();
            Assert.Equal(dropped.Select(Shown), (await Read(partition, 0)).Select(Shown));
        }
    }

    async Task<List<LogBatch>> Read(int partition, long after)
    {
        List<LogBatch> rows = [];
        await foreach (var row in ArchiveReader.ReadAsync(Archive, partition, after, Cancel))
        {
            rows.Add(row);
        }

        return rows;
    }

    static (long, DateTimeOffset, int, string) Shown(LogBatch row) =>
        (row.Offset, row.At, row.Count, Convert.ToHexString(row.Payload.Span));
}
