package io.hongyan.breaker;

/**
 * One way to break a service: a method of the product and what is called in its place.
 *
 * @param name how the suite asks for it
 * @param className the product's class
 * @param method its method, and the name of the public static one that takes its place
 * @param parameters how many the product's method takes; tells it from others of its name
 * @param replacement the public class with the method that takes its place
 */
record Break(String name, String className, String method, int parameters, Class<?> replacement) {

  /** For messages: class and method. */
  String target() {
    return className + "." + method;
  }
}
