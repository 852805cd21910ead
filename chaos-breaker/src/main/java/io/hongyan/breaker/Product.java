package io.hongyan.breaker;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The product's own classes, which this module cannot see when it is compiled. What the product
 * throws comes through; if it is no longer as the break expects, the process ends.
 */
final class Product {

  private Product() {}

  static Object call(Method method, Object target, Object... arguments) {
    try {
      method.setAccessible(true);
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw Product.<RuntimeException>unchecked(e.getCause());
    } catch (IllegalAccessException e) {
      throw BreakerAgent.end("cannot call " + method, e);
    }
  }

  static Method method(Object target, String name, Class<?>... parameters) {
    try {
      return target.getClass().getDeclaredMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw BreakerAgent.end("the product has changed", e);
    }
  }

  /** A record of the product's that has one constructor. */
  static Object make(ClassLoader loader, String className, Object... components) {
    try {
      Constructor<?> constructor = loader.loadClass(className).getDeclaredConstructors()[0];
      return constructor.newInstance(components);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw BreakerAgent.end("the product has changed", e);
    }
  }

  // The product's methods declare checked exceptions that only their callers there know.
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E unchecked(@Nullable Throwable failure) throws E {
    throw (E) failure;
  }
}
