package io.hongyan.sender;

import com.zaxxer.hikari.HikariDataSource;
import io.hongyan.test.TestServers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.type.TypeHandler;
import org.flywaydb.core.Flyway;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** A real database with the sender's settings and mappers, without the application around them. */
public final class SenderDatabase implements AutoCloseable {

  private final HikariDataSource dataSource = new HikariDataSource();
  private final SqlSessionTemplate session;
  private final JdbcTransactionManager transactions;
  private final JdbcClient jdbc;

  /** The database at this address, brought to the present schema. */
  public SenderDatabase(String url, List<Class<?>> mappers, TypeHandler<?>... handlers) {
    Map<String, String> environment = TestServers.get().environment();
    dataSource.setJdbcUrl(url);
    dataSource.setUsername(environment.get("HONGYAN_DATABASE_USER"));
    dataSource.setPassword(environment.get("HONGYAN_DATABASE_PASSWORD"));
    dataSource.setMaximumPoolSize(12);
    dataSource.setMinimumIdle(1);
    dataSource.setConnectionTimeout(1_000);
    dataSource.addDataSourceProperty(
        "options", applicationSetting("spring.datasource.hikari.data-source-properties.options"));
    Flyway.configure().dataSource(dataSource).load().migrate();
    session = new SqlSessionTemplate(sessions(mappers, handlers));
    transactions = new JdbcTransactionManager(dataSource);
    jdbc = JdbcClient.create(dataSource);
  }

  private static String applicationSetting(String name) {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yml"));
    return Objects.requireNonNull(Objects.requireNonNull(yaml.getObject()).getProperty(name));
  }

  private SqlSessionFactory sessions(List<Class<?>> mappers, TypeHandler<?>... handlers) {
    Configuration configuration = new Configuration();
    configuration.setMapUnderscoreToCamelCase(true);
    configuration.setArgNameBasedConstructorAutoMapping(true);
    mappers.forEach(configuration::addMapper);
    SqlSessionFactoryBean factory = new SqlSessionFactoryBean();
    factory.setDataSource(dataSource);
    factory.setConfiguration(configuration);
    factory.setTypeHandlers(handlers);
    try {
      return Objects.requireNonNull(factory.getObject());
    } catch (Exception e) {
      throw new IllegalStateException("the mappers cannot be read", e);
    }
  }

  /** One of the mappers. */
  public <T> T mapper(Class<T> type) {
    return session.getMapper(type);
  }

  /** For transactions around calls of mappers. */
  public PlatformTransactionManager transactions() {
    return transactions;
  }

  /** For what no mapper has. */
  public JdbcClient jdbc() {
    return jdbc;
  }

  @Override
  public void close() {
    dataSource.close();
  }
}
