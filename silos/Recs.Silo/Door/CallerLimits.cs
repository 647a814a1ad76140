using System.Net;
using System.Net.Sockets;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Requests per second of every key, and of every address that sends none.</summary>
/// <remarks>
/// Memory is bounded whoever calls: a bucket per key, and a fixed number for addresses. Addresses that fall together
/// share a bucket; an IPv6 caller counts by its /64, because it owns all of that.
/// </remarks>
sealed class CallerLimits
{
    /// <summary>Buckets for addresses.</summary>
    public const int AddressBuckets = 4096;

    readonly TokenBucket[] _keys;
    readonly TokenBucket?[] _addresses = new TokenBucket?[AddressBuckets];
    readonly Func<TokenBucket> _create;

    public CallerLimits(KeyGate gate, LimitOptions limits, TimeProvider time)
    {
        _create = () => new TokenBucket(limits.RequestsPerSecond, limits.Burst ?? limits.RequestsPerSecond, time);
        _keys = [.. Enumerable.Range(0, gate.Count).Select(_ => _create())];
    }

    /// <summary>Counts a request.</summary>
    /// <returns>0 when it is within the limit, else whole seconds until the next one is.</returns>
    public int Take(Caller? caller, IPAddress? address)
    {
        var wait = (caller is { Index: var key } ? _keys[key] : OfAddress(address)).Take();
        return (int)Math.Ceiling(Math.Min(wait, int.MaxValue));
    }

    /// <summary>A number for a caller: of its key, or of its address; below <see cref="Count"/>.</summary>
    public static int IndexOf(Caller? caller, IPAddress? address) => caller is { Index: var key } ? AddressBuckets + key : Slot(address);

    /// <summary>Numbers that callers may have.</summary>
    public int Count => AddressBuckets + _keys.Length;

    TokenBucket OfAddress(IPAddress? address)
    {
        ref var bucket = ref _addresses[Slot(address)];
        return Volatile.Read(ref bucket) ?? Interlocked.CompareExchange(ref bucket, _create(), null) ?? bucket;
    }

    static int Slot(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var length);
        var isIpv6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        var hash = default(HashCode);
        hash.AddBytes(isIpv6 ? bytes[..8] : bytes[(length - 4)..length]);
        return (int)((uint)hash.ToHashCode() % AddressBuckets);
    }
}
