using Recs.Cli.Import;
using Xunit;

namespace Recs.Tests.Cli;

/// <summary>The forms of time that files have.</summary>
public sealed class TimeTextTests
{
    [Theory]
    [InlineData("1604188800", "2020-11-01T00:00:00Z")]
    [InlineData("1604188800.5", "2020-11-01T00:00:00.5Z")]
    [InlineData("1604188800123", "2020-11-01T00:00:00.123Z")]
    [InlineData("1604188800123456", "2020-11-01T00:00:00.123456Z")]
    [InlineData("20201101", "2020-11-01T00:00:00Z")]
    [InlineData("2020-11-01", "2020-11-01T00:00:00Z")]
    [InlineData("2020-11-01 12:30", "2020-11-01T12:30:00Z")]
    [InlineData("2020-11-01T12:30:15+02:00", "2020-11-01T10:30:15Z")]
    [InlineData("2020-11-01 12:30:15.250", "2020-11-01T12:30:15.25Z")]
    [InlineData("2020-11-01 12:30:15 UTC", "2020-11-01T12:30:15Z")]
    [InlineData("868097456", "1997-07-05T10:10:56Z")]
    public void A_time_is_read_in_whatever_form_it_has(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), TimeText.Read(text));

    [Theory]
    [InlineData("12:30")]
    [InlineData("12:30:15")]
    [InlineData("2020")]
    [InlineData("20201341")]
    [InlineData("yesterday")]
    [InlineData("01.11.2020")]
    [InlineData("11/01/2020")]
    [InlineData("2020-11")]
    [InlineData("99999999999999999999")]
    [InlineData("NaN")]
    public void What_is_no_time_or_could_be_two_is_none(string text) => Assert.Null(TimeText.Read(text));

    [Fact]
    public void Equal_rows_of_two_days_are_two_events_and_a_repeated_import_is_the_same_ones()
    {
        var day = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(EventIds.Of("csv", 2, day, "u", "i", "click"), EventIds.Of("csv", 2, day, "u", "i", "click"));
        Assert.NotEqual(EventIds.Of("csv", 2, day, "u", "i", "click"), EventIds.Of("csv", 2, day.AddDays(1), "u", "i", "click"));
        Assert.NotEqual(EventIds.Of("csv", 2, day, "a", "bc", "click"), EventIds.Of("csv", 2, day, "ab", "c", "click"));
        Assert.Equal(EventIds.Of("csv", 2, null, "u", "i").Length, EventIds.Of("csv", 2, null, new string('x', 500), "i").Length);
    }
}
