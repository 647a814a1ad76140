using System.IO.Compression;
using System.Text;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Tables;
using Xunit;

namespace Recs.Tests.Evaluation;

/// <summary>What the readers accept and refuse; every file is written here.</summary>
public sealed class TableFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-tables-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Users_without_every_reward_are_dropped_and_items_are_split_in_order_of_their_number()
    {
        var table = RatingsFile.Read(
            Write("user,joke,rating\nu1,10,4\nu1,2,1\nu1,3,5\nu2,2,3\nu2,10,6\nu2,3,-2\nu3,2,1\nu3,3,2\n"), 1, 5);

        Assert.Equal(["3", "10"], table.Arms);
        Assert.Equal(2, table.RowCount);
        Assert.Equal([1, 0], table.RewardsOf(0).ToArray());
        Assert.Equal([0, 1], table.RewardsOf(1).ToArray());
        Assert.Equal(-1, table.Features[0][0], 1e-12);
        Assert.Equal(1, table.Features[1][0], 1e-12);
    }

    [Fact]
    public void Columns_are_found_by_name_and_otherwise_taken_in_order()
    {
        const string ByName = "reward,item,user\n0.5,a,1\n1,b,1\n0,c,1\n";
        const string InOrder = "1,a,0.5\n1,b,1\n1,c,0\n";

        Assert.Equal([0.5, 1, 0], RatingsFile.Read(Write(ByName), 0, null).Rewards);
        Assert.Equal([0.5, 1, 0], RatingsFile.Read(Write(InOrder), 0, null).Rewards);
    }

    [Fact]
    public void A_compressed_file_reads_like_a_plain_one_and_a_cut_one_is_refused()
    {
        var text = "user,item,reward\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i / 2},{i % 2},{i % 7}\n"));
        var path = Path.Combine(_folder, "table.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        Assert.Equal(1000, RatingsFile.Read(path, 0, null).RowCount);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
        Assert.Throws<EvaluationException>(() => RatingsFile.Read(path, 0, null));
    }

    [Fact]
    public void Missing_rewards_are_skipped_and_of_repeated_rows_the_last_counts()
    {
        var table = RatingsFile.Read(Write("user,item,reward\n1,a,\n1,a,1\n1,b,0\n1,b,1\n1,c,NaN\n1,c,0\n"), 0, null);

        Assert.Equal([1, 1, 0], table.Rewards);
        Assert.Equal(2, table.Notes.Count);
    }

    [Fact]
    public void Rewards_outside_the_unit_interval_are_scaled_when_no_threshold_is_given() =>
        Assert.Equal([0, 0.5, 1], RatingsFile.Read(Write("user,item,reward\n1,a,-10\n1,b,0\n1,c,10\n"), 0, null).Rewards);

    [Theory]
    [InlineData("user,item,reward\n1,a,1\n1,b,x\n", ":3: 'x' is not a reward")]
    [InlineData("user,item,reward\n1,a\n", ":2: expected at least 3 columns")]
    [InlineData("user,item\n1,2\n", ":1: expected the columns user,item,reward")]
    [InlineData("user,item,reward\n1,a,1\n2,b,1\n", "none of the 2 users")]
    [InlineData("user,item,reward\n1,a,1\n", "fewer than two arms")]
    [InlineData("", "the file is empty")]
    public void A_wrong_file_is_refused_with_one_line_that_says_where(string content, string expected)
    {
        var fault = Assert.Throws<EvaluationException>(() => RatingsFile.Read(Write(content), 0, null));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Each_class_is_an_arm_and_columns_are_standardised_or_one_hot()
    {
        var table = ClassificationFile.Read(Write("size,color,class\n1,red,x\n3,blue,y\n5,red,x\n"), "class");

        Assert.Equal(["x", "y"], table.Arms);
        Assert.Equal([1, 0, 0, 1, 1, 0], table.Rewards);
        Assert.Equal(0, table.Features[1][0], 1e-12);
        Assert.Equal([1, 0], table.Features[0][1..]);
        Assert.Equal([0, 1], table.Features[1][1..]);
    }

    [Fact]
    public void A_file_without_header_takes_the_number_of_the_label_column()
    {
        var table = ClassificationFile.Read(Write("e,x,1\np,y,2\n"), "1");

        Assert.Equal(["e", "p"], table.Arms);
        Assert.Equal(2, table.RowCount);
    }

    [Fact]
    public void An_unknown_label_column_is_refused() =>
        Assert.Throws<EvaluationException>(() => ClassificationFile.Read(Write("a,b\n1,2\n"), "c"));

    string Write(string content)
    {
        var path = Path.Combine(_folder, "table.csv");
        File.WriteAllText(path, content);
        return path;
    }
}
