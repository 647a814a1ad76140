using System.Runtime.InteropServices;

namespace Recs.Matching.Numerics;

/// <summary>
/// Zeroed native memory, aligned to 64 bytes. On Linux a large piece is reserved address space whose pages are taken
/// on first touch and asked to be huge pages (fewer address-translation misses on random access), so an array may be
/// sized for its named limit and cost only what is used. Elsewhere it is an ordinary aligned allocation.
/// </summary>
/// <remarks>Freed by <see cref="SafeHandle.Dispose()"/>; nobody may hold the address then.</remarks>
public sealed unsafe partial class NativePages : SafeHandle
{
    const nuint HugePage = 2 * 1024 * 1024;
    const nuint MappedFrom = HugePage / 8;
    const int ReadWrite = 3;
    const int PrivateAnonymousNoReserve = 0x2 | 0x20 | 0x4000;
    const int AdviseHugePage = 14;

    readonly nuint _mappedBytes;

    /// <summary>Reserves memory for the given number of bytes; every byte reads 0.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public NativePages(nuint bytes)
        : base(0, ownsHandle: true)
    {
        Bytes = Math.Max(bytes, 64);
        if (!OperatingSystem.IsLinux() || Bytes < MappedFrom)
        {
            Start = (byte*)NativeMemory.AlignedAlloc(Bytes, 64);
            NativeMemory.Clear(Start, Bytes);
            SetHandle((nint)Start);
            return;
        }

        _mappedBytes = Bytes + HugePage;
        var mapped = Map(0, _mappedBytes, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
        if (mapped == -1)
        {
            throw new IOException($"The system refuses to map {_mappedBytes} bytes.");
        }

        SetHandle(mapped);
        Start = (byte*)(((nuint)mapped + HugePage - 1) & ~(HugePage - 1));
        _ = Advise((nint)Start, Bytes, AdviseHugePage);
    }

    /// <summary>First byte, 64-byte aligned.</summary>
    public byte* Start { get; }

    /// <summary>Size in bytes.</summary>
    public nuint Bytes { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_mappedBytes == 0)
        {
            NativeMemory.AlignedFree((void*)handle);
            return true;
        }

        return Unmap(handle, _mappedBytes) == 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint bytes, int advice);
}
