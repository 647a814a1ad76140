using System.Buffers;

namespace Recs.Silo.Door;

/// <summary>The bytes of one body, in a rented buffer that goes back when the request is over.</summary>
sealed class BodyBytes(BodyBudget budget, int caller) : IDisposable
{
    const int BytesMin = 4096;

    byte[] _rented = [];
    int _length;

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Read => _rented.AsMemory(0, _length);

    /// <summary>Reads to the end of the body or to a number of bytes, whatever comes first. The buffer grows as bytes come.</summary>
    /// <exception cref="DoorException">The body is malformed, 400; there is no room for it, 429 or 503.</exception>
    public async Task ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancel)
    {
        try
        {
            await ReadToEnd(request, bytesMax, cancel);
        }
        catch (IOException malformed) when (malformed is not BadHttpRequestException && !cancel.IsCancellationRequested)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, DoorException.Body, $"The body cannot be read: {malformed.Message}");
        }
    }

    async Task ReadToEnd(HttpRequest request, int bytesMax, CancellationToken cancel)
    {
        Grow(Math.Clamp(bytesMax, 1, BytesMin));
        while (_length < bytesMax)
        {
            if (_length == _rented.Length)
            {
                Grow((int)Math.Min(_rented.Length * 2L, bytesMax));
            }

            var room = _rented.AsMemory(_length, Math.Min(_rented.Length, bytesMax) - _length);
            var read = await request.Body.ReadAsync(room, cancel);
            if (read == 0)
            {
                return;
            }

            _length += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return();
        (_rented, _length) = ([], 0);
    }

    void Grow(int bytes)
    {
        budget.Take(caller, bytes, bytes);
        var grown = ArrayPool<byte>.Shared.Rent(bytes);
        // The pool's buffer may be larger than what was asked for: account for what is held.
        budget.GiveBack(caller, bytes - grown.Length);
        _rented.AsSpan(0, _length).CopyTo(grown);
        Return();
        _rented = grown;
    }

    void Return()
    {
        if (_rented.Length > 0)
        {
            budget.GiveBack(caller, _rented.Length);
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
