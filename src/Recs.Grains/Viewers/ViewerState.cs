using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Schema.Messages;

namespace Recs.Grains.Viewers;

/// <summary>What is stored of a viewer: profile and bounded history, newest last.</summary>
/// <remarks>
/// Layout: version (1 byte), offset of the last log row added (8), length of the profile's JSON (4), the JSON, then
/// raw 16-byte history updates.
/// </remarks>
sealed class ViewerState
{
    const byte Version = 1;
    const int HeadBytes = 13;

    readonly List<HistoryUpdate> _history = [];

    /// <summary>What was upserted; null when only history is known.</summary>
    public UserDocument? Profile { get; set; }

    /// <summary>Offset of the last log row added.</summary>
    public long Offset { get; set; }

    /// <summary>The viewer's history, newest last; one entry an item, the best reward kept.</summary>
    public IReadOnlyList<HistoryUpdate> History => _history;

    /// <summary>Whether nothing is known.</summary>
    public bool IsEmpty => Profile is null && _history.Count == 0;

    /// <summary>Adds events; an item that is there already moves to the end and keeps its best reward.</summary>
    public void Add(ReadOnlySpan<HistoryUpdate> updates, int itemsMax)
    {
        foreach (var update in updates)
        {
            if (update.Type == EventType.Forget)
            {
                // Also what was on its way when the viewer was deleted; a profile may have been put since.
                _history.Clear();
                continue;
            }

            var reward = update.Reward;
            var type = update.Type;
            for (var index = _history.Count - 1; index >= 0; index--)
            {
                if (_history[index].Row == update.Row)
                {
                    if (_history[index].Reward > reward)
                    {
                        (reward, type) = (_history[index].Reward, _history[index].Type);
                    }

                    _history.RemoveAt(index);
                    break;
                }
            }

            _history.Add(update with { Reward = reward, Type = type });
        }

        if (_history.Count > itemsMax)
        {
            _history.RemoveRange(0, _history.Count - itemsMax);
        }
    }

    /// <summary>Encodes the state; empty when nothing is known.</summary>
    public byte[] Encode()
    {
        if (IsEmpty && Offset == 0)
        {
            return [];
        }

        var profile = Profile is null ? [] : JsonSerializer.SerializeToUtf8Bytes(Profile, RecsJson.Default.UserDocument);
        var history = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_history));
        var payload = new byte[HeadBytes + profile.Length + history.Length];
        payload[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(1), Offset);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(9), profile.Length);
        profile.CopyTo(payload, HeadBytes);
        history.CopyTo(payload.AsSpan(HeadBytes + profile.Length));
        return payload;
    }

    /// <summary>Decodes a stored state.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged or of an unknown version.</exception>
    public static ViewerState Decode(ReadOnlySpan<byte> payload)
    {
        var state = new ViewerState();
        if (payload.IsEmpty)
        {
            return state;
        }

        if (payload.Length < HeadBytes || payload[0] != Version)
        {
            throw new InvalidDataException("A stored viewer is damaged or of an unknown version.");
        }

        state.Offset = BinaryPrimitives.ReadInt64LittleEndian(payload[1..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload[9..]);
        if (length > 0)
        {
            state.Profile = JsonSerializer.Deserialize(payload.Slice(HeadBytes, length), RecsJson.Default.UserDocument);
        }

        state._history.AddRange(MemoryMarshal.Cast<byte, HistoryUpdate>(payload[(HeadBytes + length)..]));
        return state;
    }
}
