using CsCheck;
using Recs.Cli.Import;
using Recs.Cli.Output;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class CsvTableTests
{
    [Fact]
    public void Quotes_commas_and_line_breaks_belong_to_the_field_and_lines_are_counted_through_them()
    {
        using var table = CsvTable.Of("f.csv", "id,title\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,d");
        var rows = table.Rows().ToArray();
        Assert.Equal(["1", "a, \"b\"\nc"], rows[0].Fields);
        Assert.Equal(["2", "d"], rows[1].Fields);
        Assert.Equal([2, 5], rows.Select(row => row.Line));
    }

    [Fact]
    public void What_was_written_is_what_is_read() =>
        Gen.String[Gen.Char["ab,\"\n\r |é"], 0, 8].Array[3].Array[0, 20].Sample(rows =>
        {
            var text = "a,b,c\n" + string.Concat(rows.Select(row => string.Join(',', row.Select(Quoted)) + "\n"));
            using var table = CsvTable.Of("f.csv", text);
            Assert.Equal(rows, table.Rows().Select(row => row.Fields.ToArray()));
        });

    [Theory]
    [InlineData("", "empty")]
    [InlineData("id,id\n", "line 1: column 'id' is there twice")]
    [InlineData("id,title\n1\n", "line 2: 1 fields, but the header has 2")]
    [InlineData("id,title\n1,a\n2,b,c\n", "line 3: 3 fields, but the header has 2")]
    [InlineData("id,title\n1,\"a\n", "line 2: the quotation mark is never closed")]
    public void A_fault_names_file_and_line(string text, string what)
    {
        var fault = Assert.Throws<BadInputException>(() =>
        {
            using var table = CsvTable.Of("f.csv", text);
            _ = table.Rows().Count();
        });
        Assert.StartsWith("f.csv: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,title\r1,a\r2,b\r", "line 1: a line ends in a carriage return alone")]
    [InlineData("id,title\n1,a\r2,b\n", "line 2: a line ends in a carriage return alone")]
    [InlineData("id,,title\n1,2,3\n", "line 1: column 2 has no name")]
    [InlineData(",id\n0,1\n", "line 1: column 1 has no name")]
    [InlineData("id,ID\n1,2\n", "line 1: column 'id' is there twice")]
    [InlineData("id;title\n1;a;b\n", "line 2: 3 fields, but the header has 2")]
    public void What_is_no_table_is_refused(string text, string what)
    {
        var fault = Assert.Throws<BadInputException>(() =>
        {
            using var table = CsvTable.Of("f.csv", text);
            _ = table.Rows().Count();
        });
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_text_and_gzip_that_is_cut_are_refused_with_their_line()
    {
        var folder = Directory.CreateTempSubdirectory("recs-csv-").FullName;
        var latin = Path.Combine(folder, "latin.csv");
        File.WriteAllBytes(latin, [.. "id\ncaf"u8, 0xE9, .. "\ncaf"u8, 0xE8, .. "\n"u8]);
        Assert.Contains("not UTF-8", Refusal(latin), StringComparison.Ordinal);

        var text = "id,title\n" + string.Concat(Enumerable.Range(0, 5000).Select(n => $"{n},title {n * 7919 % 5003}\n"));
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        var whole = packed.ToArray();
        var file = Path.Combine(folder, "items.csv.gz");
        File.WriteAllBytes(file, whole);
        using (var table = CsvTable.Open(file))
        {
            Assert.Equal(5000, table.Rows().Count());
        }

        foreach (var bytes in new[] { whole[..(whole.Length / 2)], whole[..^4], whole[..^9], Flipped(whole, whole.Length - 6) })
        {
            File.WriteAllBytes(file, bytes);
            Assert.Contains("gzip", Refusal(file), StringComparison.Ordinal);
        }

        // What is unpacked wrong may be no table before it is no gzip.
        File.WriteAllBytes(file, Flipped(whole, whole.Length / 3));
        Assert.Contains("items.csv.gz: ", Refusal(file), StringComparison.Ordinal);

        Directory.Delete(folder, recursive: true);
    }

    static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = (byte[])bytes.Clone();
        copy[at] ^= 0x10;
        return copy;
    }

    static string Refusal(string file) => Assert.Throws<BadInputException>(() =>
    {
        using var table = CsvTable.Open(file);
        _ = table.Rows().Count();
    }).Message;

    static string Quoted(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
