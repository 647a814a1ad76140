using System.Runtime.InteropServices;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// Epoch-based reclamation: memory that readers may still hold is retired, not freed, and freed once every reader
/// that was inside at that moment has left. One per process (silo); tables and workspaces share it.
/// </summary>
/// <remarks>
/// A reader announces the epoch it entered in its own padded slot (one interlocked exchange); a writer unlinks the
/// memory, advances the epoch and frees what is older than every announced one. Readers never wait. Fraser,
/// "Practical lock-freedom" (2004). Thread-safe.
/// </remarks>
public sealed unsafe class ReaderEpochs
{
    /// <summary>Most readers (workspaces) at once.</summary>
    public const int ReadersMax = 1024;

    const long Outside = long.MaxValue;
    const int SlotStride = 16;

    readonly long[] _slots = new long[(ReadersMax + 1) * SlotStride];
    readonly Stack<int> _free = new();
    readonly Queue<Retired> _retired = new();
    readonly Lock _gate = new();
    long _epoch = 1;
    uint _stamp;
    long _retiredBytes;

    /// <summary>No readers yet.</summary>
    public ReaderEpochs()
    {
        for (var reader = ReadersMax; reader >= 1; reader--)
        {
            _free.Push(reader);
            _slots[reader * SlotStride] = Outside;
        }
    }

    /// <summary>Bytes retired and not freed yet.</summary>
    public long RetiredBytes => Interlocked.Read(ref _retiredBytes);

    /// <summary>Frees what no reader can hold any more. Called on every retirement; call it on a timer as well.</summary>
    public void Collect()
    {
        lock (_gate)
        {
            var oldest = Oldest();
            while (_retired.TryPeek(out var retired) && retired.Epoch < oldest)
            {
                _ = _retired.Dequeue();
                _ = Interlocked.Add(ref _retiredBytes, -retired.Bytes);
                retired.Pages?.Dispose();
                NativeMemory.AlignedFree((void*)retired.Block);
            }
        }
    }

    /// <summary>
    /// Keeps everything that is linked now alive until the pin is disposed: for occasional readers, and for a batch of
    /// writes that may run beside the disposal of its table. About 50 ns; a workspace has its own slot.
    /// </summary>
    /// <exception cref="InvalidOperationException">All <see cref="ReadersMax"/> slots are taken.</exception>
    public EpochPin Pin() => new(this);

    /// <summary>Takes a reader's slot.</summary>
    /// <exception cref="InvalidOperationException">All <see cref="ReadersMax"/> are taken.</exception>
    internal int Claim()
    {
        lock (_gate)
        {
            return _free.TryPop(out var reader)
                ? reader
                : throw new InvalidOperationException($"More than {ReadersMax} readers at once.");
        }
    }

    internal void Release(int reader)
    {
        Exit(reader);
        lock (_gate)
        {
            _free.Push(reader);
        }
    }

    /// <summary>From here until <see cref="Exit"/> nothing the reader finds is freed.</summary>
    internal void Enter(int reader) =>
        Interlocked.Exchange(ref _slots[reader * SlotStride], Volatile.Read(ref _epoch));

    internal void Exit(int reader) => Volatile.Write(ref _slots[reader * SlotStride], Outside);

    /// <summary>A number no other block of this process has.</summary>
    internal uint NextStamp()
    {
        var stamp = Interlocked.Increment(ref _stamp);
        return stamp != 0 ? stamp : Interlocked.Increment(ref _stamp);
    }

    /// <summary>Frees a block later. It must be unlinked already.</summary>
    internal void Retire(EdgeBlock* block) =>
        Retire(new Retired(0, (nint)block, null, (long)EdgeBlock.Bytes(block->Capacity)));

    /// <summary>Frees pages later. They must be unlinked already.</summary>
    internal void Retire(NativePages pages) => Retire(new Retired(0, 0, pages, (long)pages.Bytes));

    void Retire(Retired retired)
    {
        lock (_gate)
        {
            var epoch = Interlocked.Increment(ref _epoch) - 1;
            _retired.Enqueue(retired with { Epoch = epoch });
            _ = Interlocked.Add(ref _retiredBytes, retired.Bytes);
        }

        Collect();
    }

    long Oldest()
    {
        var oldest = Outside;
        for (var reader = 1; reader <= ReadersMax; reader++)
        {
            oldest = Math.Min(oldest, Volatile.Read(ref _slots[reader * SlotStride]));
        }

        return oldest;
    }

    readonly record struct Retired(long Epoch, nint Block, NativePages? Pages, long Bytes);
}
