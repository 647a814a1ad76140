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
    [InlineData("id,title\n1,\"a\n", "line 2: column 2: the quotation mark is never closed")]
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

    static string Quoted(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
