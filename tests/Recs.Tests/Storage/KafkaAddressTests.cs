using Recs.Storage;
using Recs.Storage.Kafka;

using Xunit;

namespace Recs.Tests.Storage;

public sealed class KafkaAddressTests
{
    [Fact]
    public void An_address_names_brokers_topic_and_settings()
    {
        var topic = KafkaAddress.Parse("kafka://a:1,b:2/events?security.protocol=sasl_ssl&sasl.password=a%26b");
        Assert.Equal(("a:1,b:2", "events", 0), (topic.BootstrapServers, topic.Topic, topic.Partitions));
        Assert.Equal("sasl_ssl", topic.ClientSettings["security.protocol"]);
        Assert.Equal("a&b", topic.ClientSettings["sasl.password"]);
    }

    [Theory]
    [InlineData("a:1/events")]
    [InlineData("kafka://a:1")]
    [InlineData("kafka:///events")]
    public void What_is_no_address_is_refused_in_one_line(string address)
    {
        var refusal = Assert.Throws<StorageRefusedException>(() => KafkaAddress.Parse(address));
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
