package io.hongyan.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.gateway.security.ApiKey;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;

/** Keeps the arrows of the design true. */
@AnalyzeClasses(
    packages = "io.hongyan.gateway",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  // WeChat has no key of ours; its requests are signed.
  private static final String WECHATS_OWN = "io.hongyan.gateway.callback.CallbackController";

  @ArchTest
  static final ArchRule FEATURES_HAVE_NO_CYCLES =
      slices().matching("io.hongyan.gateway.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_GATEWAY_KNOWS_NO_SENDER =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.hongyan.sender..");

  @ArchTest
  static final ArchRule THE_EDGE_KNOWS_NO_FEATURE =
      noClasses()
          .that()
          .resideInAPackage("io.hongyan.gateway.web..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.hongyan.gateway.account..",
              "io.hongyan.gateway.batch..",
              "io.hongyan.gateway.release..",
              "io.hongyan.gateway.security..");

  @ArchTest
  static final ArchRule ACCEPTING_DOES_NOT_WAIT_FOR_THE_BROKER =
      noClasses()
          .that()
          .resideInAPackage("io.hongyan.gateway.batch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.rabbitmq..", "org.springframework.amqp..");

  @ArchTest
  static final ArchRule ONLY_THE_SENDER_READS_APP_SECRETS =
      noClasses()
          .that()
          // They read secrets of other kinds, which do not decrypt as an app secret.
          .haveNameNotMatching(
              "io\\.hongyan\\.gateway\\.(callback\\.(CallbackRegistry|AutoReplyRegistry)|webhook\\.WebhookSecrets)")
          .should()
          .callMethod(SecretCipher.class, "decrypt", String.class, byte[].class);

  @ArchTest
  static final ArchRule EVERY_CALL_ASKS_WHO_IS_CALLING =
      methods()
          .that()
          .areAnnotatedWith(GetMapping.class)
          .or()
          .areAnnotatedWith(PutMapping.class)
          .or()
          .areAnnotatedWith(PostMapping.class)
          .or()
          .areAnnotatedWith(DeleteMapping.class)
          .should(
              new ArchCondition<JavaMethod>("take an ApiKey") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  boolean takes =
                      method.getOwner().getFullName().equals(WECHATS_OWN)
                          || method.getRawParameterTypes().stream()
                              .anyMatch(type -> type.isEquivalentTo(ApiKey.class));
                  events.add(
                      new SimpleConditionEvent(
                          method, takes, method.getFullName() + " takes no ApiKey"));
                }
              });
}
