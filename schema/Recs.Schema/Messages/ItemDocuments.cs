using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Recs.Schema.Messages;

/// <summary>
/// Items on their way to a replica: per item its row (4 bytes), whether it was deleted (1), bytes of the id (2), bytes of the
/// document (4), the id in UTF-8, and the document's JSON.
/// </summary>
public static class ItemDocuments
{
    const int HeadBytes = 11;

    /// <summary>Appends an item.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="row">Catalogue row.</param>
    /// <param name="id">At most 65,535 bytes in UTF-8.</param>
    /// <param name="json">The document; empty for a deleted item.</param>
    public static void Write(IBufferWriter<byte> output, int row, string id, ReadOnlySpan<byte> json)
    {
        var idBytes = Encoding.UTF8.GetByteCount(id);
        var buffer = output.GetSpan(HeadBytes + idBytes + json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(buffer, row);
        buffer[4] = (byte)(json.IsEmpty ? 1 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[5..], (ushort)idBytes);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[7..], json.Length);
        _ = Encoding.UTF8.GetBytes(id, buffer[HeadBytes..]);
        json.CopyTo(buffer[(HeadBytes + idBytes)..]);
        output.Advance(HeadBytes + idBytes + json.Length);
    }

    /// <summary>Reads the next item and moves behind it.</summary>
    /// <param name="rest">What is left; not empty.</param>
    /// <param name="json">The document; empty for a deleted item.</param>
    /// <returns>Row and id.</returns>
    public static (int Row, string Id) Read(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> json)
    {
        var row = BinaryPrimitives.ReadInt32LittleEndian(rest);
        int idBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[5..]);
        var jsonBytes = BinaryPrimitives.ReadInt32LittleEndian(rest[7..]);
        var id = Encoding.UTF8.GetString(rest.Slice(HeadBytes, idBytes));
        json = rest.Slice(HeadBytes + idBytes, jsonBytes);
        rest = rest[(HeadBytes + idBytes + jsonBytes)..];
        return (row, id);
    }
}
