package io.hongyan.sender;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The arrows of design section 4: consume → delivery → {record, gate, token} → wechat → account,
 * consume → {receipt, inbound} → record, and internal → sync → {gate, token} beside them.
 */
class ArchitectureTest {

  private static final String ROOT = "io.hongyan.sender";

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void arrowsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("consume")
        .definedBy(ROOT + ".consume..")
        .layer("doctor")
        .definedBy(ROOT + ".doctor..")
        .layer("internal")
        .definedBy(ROOT + ".internal..")
        .layer("sync")
        .definedBy(ROOT + ".sync..")
        .layer("receipt")
        .definedBy(ROOT + ".receipt..")
        .layer("inbound")
        .definedBy(ROOT + ".inbound..")
        .layer("delivery")
        .definedBy(ROOT + ".delivery..")
        .layer("record")
        .definedBy(ROOT + ".record..")
        .layer("gate")
        .definedBy(ROOT + ".gate..")
        .layer("token")
        .definedBy(ROOT + ".token..")
        .layer("wechat")
        .definedBy(ROOT + ".wechat..")
        .layer("account")
        .definedBy(ROOT + ".account..")
        .whereLayer("consume")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("doctor")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("internal")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("sync")
        .mayOnlyBeAccessedByLayers("internal")
        .whereLayer("receipt")
        .mayOnlyBeAccessedByLayers("consume")
        .whereLayer("inbound")
        .mayOnlyBeAccessedByLayers("consume")
        .whereLayer("delivery")
        .mayOnlyBeAccessedByLayers("consume")
        .whereLayer("record")
        .mayOnlyBeAccessedByLayers("consume", "delivery", "receipt", "inbound")
        .whereLayer("gate")
        .mayOnlyBeAccessedByLayers("consume", "delivery", "sync", "internal")
        .whereLayer("token")
        .mayOnlyBeAccessedByLayers("delivery", "doctor", "sync", "internal")
        .whereLayer("wechat")
        .mayOnlyBeAccessedByLayers(
            "delivery", "doctor", "sync", "internal", "record", "gate", "token")
        .check(classes);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void theOtherServicesAreNotKnown() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.hongyan.gateway..", "io.hongyan.simulator..", "io.hongyan.test..")
        .check(classes);
  }

  @Test
  void wechatKnowsNoRedisNoBrokerAndNoSql() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".wechat..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "redis..",
            "com.rabbitmq..",
            "java.sql..",
            "org.apache.ibatis..",
            "org.springframework.dao..")
        .check(classes);
  }

  @Test
  void everyPackageSaysWhatMayBeNull() {
    assertThat(classes.getPackage(ROOT).getSubpackagesInTree())
        .filteredOn(javaPackage -> !javaPackage.getClasses().isEmpty())
        .allSatisfy(
            javaPackage ->
                assertThat(javaPackage.isAnnotatedWith(NullMarked.class))
                    .as(javaPackage.getName())
                    .isTrue())
        .extracting(JavaPackage::getRelativeName)
        .contains(
            "consume",
            "delivery",
            "internal",
            "sync",
            "loop",
            "receipt",
            "inbound",
            "record",
            "gate",
            "token",
            "wechat",
            "account");
  }
}
