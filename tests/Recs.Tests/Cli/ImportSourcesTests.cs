using Recs.Cli.Import;
using Recs.Cli.Output;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class ImportSourcesTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_film_has_its_genres_its_title_and_its_year()
    {
        using var movies = CsvTable.Of("movies.csv", """
            movieId,title,genres
            1,Toy Story (1995),Adventure|Animation
            11,"American President, The (1995)",Comedy
            40697,Babylon 5,(no genres listed)
            """);
        var items = MovieLensFiles.Items(movies);
        Assert.Equal(["Adventure", "Animation"], items[0].Categories);
        Assert.Equal(("Toy Story", "1995"), (items[0].Attributes!["title"], items[0].Attributes!["year"]));
        Assert.Equal(new DateTimeOffset(1995, 1, 1, 0, 0, 0, TimeSpan.Zero), items[0].CreatedAt);
        Assert.Equal("American President, The", items[1].Attributes!["title"]);
        Assert.Null(items[2].Categories);
        Assert.Null(items[2].CreatedAt);
        Assert.Equal("title", Assert.Single(items[2].Attributes!).Key);
    }

    [Fact]
    public void Strong_ratings_become_likes_and_dislikes_oldest_first_and_one_of_the_future_is_refused()
    {
        const string Text = """
            userId,movieId,rating,timestamp
            1,10,4.0,300
            1,11,3.5,200
            2,10,2.0,100
            2,12,5.0,1500000000
            """;
        using var ratings = CsvTable.Of("ratings.csv", Text);
        var events = MovieLensFiles.History(ratings, 100, Now);
        Assert.Equal(
            "dislike 2 10, like 1 10, like 2 12",
            string.Join(", ", events.Select(sent => $"{sent.Type} {sent.UserId} {sent.ItemId}")));
        Assert.All(events, sent => Assert.Null(sent.DecisionId));

        using var again = CsvTable.Of("ratings.csv", Text);
        Assert.Equal(
            events.Skip(1).Select(sent => sent.EventId), MovieLensFiles.History(again, 2, Now).Select(sent => sent.EventId));

        using var future = CsvTable.Of("ratings.csv", Text + "\n3,10,5.0,99999999999");
        Assert.Contains("line 6", Assert.Throws<BadInputException>(() => MovieLensFiles.History(future, 100, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalogue_is_read_by_its_header_and_other_columns_become_attributes()
    {
        using var table = CsvTable.Of("items.csv", """
            language,id,categories,creator,createdAt,available,embedding,title
            en,v1,music|live,ann,2026-10-01T00:00:00Z,false,0.5|-1,First
            ,v2,,,,,,
            """);
        var items = CsvFiles.Items(table, DateTimeOffset.UtcNow);
        Assert.Equal(["music", "live"], items[0].Categories);
        Assert.Equal(("ann", false), (items[0].Creator, items[0].Available));
        Assert.Equal([0.5f, -1f], items[0].Embedding!);
        Assert.Equal(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero), items[0].CreatedAt);
        Assert.Equal(("en", "First"), (items[0].Attributes!["language"], items[0].Attributes!["title"]));
        Assert.Equal(("v2", true), (items[1].Id, items[1].Available));
        Assert.Null(items[1].Attributes);
        Assert.Null(items[1].Categories);
    }

    [Theory]
    [InlineData("title\na\n", "line 1: there is no column 'id'")]
    [InlineData("id,createdAt\nv1,soon\n", "line 2: column createdAt: 'soon' is not a time")]
    [InlineData("id,embedding\nv1,1|x\n", "line 2: column embedding: 'x' is not a number")]
    [InlineData("id,available\nv1,true\nv2,perhaps\n", "line 3: column available: 'perhaps' is neither true nor false")]
    [InlineData("id,title\n,a\n", "line 2: column id: nothing there")]
    public void A_field_that_cannot_be_read_is_named_by_line_and_column(string text, string what)
    {
        using var table = CsvTable.Of("items.csv", text);
        var fault = Assert.Throws<BadInputException>(() => CsvFiles.Items(table, DateTimeOffset.UtcNow));
        Assert.Contains("items.csv: " + what, fault.Message, StringComparison.Ordinal);
    }
}
