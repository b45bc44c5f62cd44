import java.util.Collections;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** A node of the tests' cluster. Each argument is a setting, key=value; it ends with its input. */
public final class TestNode extends Node {
    private TestNode(Environment environment) {
        super(
            environment,
            List.of(Netty4Plugin.class, MapperExtrasPlugin.class, ReindexPlugin.class),
            false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            settings.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Collections.emptyMap(), null, () -> "test-node");
        try (Node node = new TestNode(environment)) {
            node.start();
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
